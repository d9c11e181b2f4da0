import { changesText, type ClipChanges } from '@halp/recipes';
import { note, type Say } from './events.ts';

/** What was changed to convert a clip, data set or run to the encoder's input. */
export interface Changed {
  /** The name of the clip, data set or run. */
  readonly name: string;
  /** What was changed. */
  readonly changes: ClipChanges;
}

/** Emits a note for each distinct change, with the names of all that share it; none if nothing was changed. */
export function sayChanges(changed: readonly Changed[], say: Say): void {
  for (const [text, names] of byText(changed)) note(say, `${names.join(', ')}: ${text}`);
}

/**
 * Emits a note for each distinct change of clips, with the number of clips, or the name of the only clip; none if nothing
 * was changed.
 */
export function sayClipChanges(clips: readonly Changed[], say: Say): void {
  const [only] = clips;
  if (clips.length === 1 && only !== undefined) return sayChanges([only], say);
  // Changes that differ only in how many clips lost a person share a note, with the sum of the counts.
  const groups = byText(clips.map(({ name, changes }) => ({ name, changes: uncounted(changes) })));
  for (const [text, { length }] of groups) {
    const same = clips.filter(({ changes }) => changesText(uncounted(changes)) === text);
    const all = changesText(summed(same.map(({ changes }) => changes))) ?? text;
    note(say, `${length} of ${clips.length} clips: ${all}`);
  }
}

function byText(changed: readonly Changed[]): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, string[]>();
  for (const { name, changes } of changed) {
    const text = changesText(changes);
    if (text !== undefined) names.set(text, [...(names.get(text) ?? []), name]);
  }
  return names;
}

function uncounted(changes: ClipChanges): ClipChanges {
  if (changes.persons === undefined) return changes;
  const { from, to } = changes.persons;
  return { ...changes, persons: { from, to } };
}

/** The sum of changes that differ only in the count of clips. */
function summed(all: readonly ClipChanges[]): ClipChanges {
  const [first = {}] = all;
  const clipsCut = all.reduce((sum, { persons }) => sum + (persons?.clipsCut ?? 0), 0);
  if (first.persons === undefined || clipsCut === 0) return first;
  return { ...first, persons: { ...first.persons, clipsCut } };
}

/** The changes, as results record them; undefined if there are none. */
export function anyChanges(changes: ClipChanges): ClipChanges | undefined {
  return Object.values(changes).every((change) => change === undefined) ? undefined : changes;
}
