import { changesText, type ClipChanges } from '@halp/recipes';
import { note, type Say } from './events.ts';

/** What was changed in something to bring it into the form that an encoder takes. */
export interface Changed {
  /** A clip, a data set or a run, as people know it. */
  readonly name: string;
  /** What was changed. */
  readonly changes: ClipChanges;
}

/** A line for each distinct change, with the names of all that share it; nothing where nothing was changed. */
export function sayChanges(changed: readonly Changed[], say: Say): void {
  for (const [text, names] of byText(changed)) note(say, `${names.join(', ')}: ${text}`);
}

/**
 * A line for each distinct change of clips, with the number of clips that it concerns, or with the name of the only
 * clip; nothing where nothing was changed.
 */
export function sayClipChanges(clips: readonly Changed[], say: Say): void {
  const [only] = clips;
  if (clips.length === 1 && only !== undefined) return sayChanges([only], say);
  // Changes that differ only in how many clips lost a person share a line, with the sum of these counts.
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

/** Changes of several clips that differ in the count of clips alone. */
function summed(all: readonly ClipChanges[]): ClipChanges {
  const [first = {}] = all;
  const clipsCut = all.reduce((sum, { persons }) => sum + (persons?.clipsCut ?? 0), 0);
  if (first.persons === undefined || clipsCut === 0) return first;
  return { ...first, persons: { ...first.persons, clipsCut } };
}

/** The changes, as results record them; undefined if there are none. */
export function anyChanges(changes: ClipChanges): ClipChanges | undefined {
  return Object.keys(changes).length === 0 ? undefined : changes;
}
