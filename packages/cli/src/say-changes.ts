import { changesText, type ClipChanges } from '@halp/recipes';
import type { Output } from './output.ts';

/** One line that says what was changed to bring clips into the form that an encoder takes; nothing if nothing was. */
export function sayChanges(what: string, changes: ClipChanges, output: Output): void {
  const text = changesText(changes);
  if (text !== undefined) output.line(`${what}${text}`);
}

/** The changes as a field of a result; none if there are none. */
export function changesField(changes: ClipChanges): { readonly changes?: ClipChanges } {
  return Object.keys(changes).length === 0 ? {} : { changes };
}
