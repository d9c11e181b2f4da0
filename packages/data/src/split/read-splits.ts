import { expectText } from '@halp/random/check';
import { readWhole } from '../disk/read-whole.ts';
import { parseSplits, type SplitRule } from '../prepared/split-rule.ts';

/**
 * The splits in a JSON file, for `addSplits`: `{ "NAME": { "from", "train", "test" }, ... }`.
 *
 * @throws FormatError if the file is missing or a rule is invalid; the message names its place.
 */
export async function readSplits(path: string): Promise<Readonly<Record<string, SplitRule>>> {
  expectText('readSplits', 'a path', path);
  return parseSplits(await readWhole(path), path);
}
