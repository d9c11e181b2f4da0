import type { TextBytes } from '@halp/files';
import { textFileBytes } from '@halp/files/check';
import { afterMark, textOf } from '../../text/number-parser.ts';
import { parseNtuName } from './name.ts';

/** The names in a text, and its other lines. */
export interface NtuNameList {
  /** The names, in upper case. */
  readonly names: readonly string[];
  /** The lines that are neither names nor blank, such as a heading. */
  readonly others: readonly string[];
}

/**
 * The names of NTU RGB+D's recordings in the bytes of a text, such as the official lists of samples with missing
 * skeletons: one or more on a line, with or without the suffix `.skeleton`. Other lines, such as the sentences at the head of
 * those lists, are skipped.
 */
export function parseNtuNameList(input: TextBytes): NtuNameList {
  const bytes = textFileBytes('parseNtuNameList', input);
  const names: string[] = [];
  const others: string[] = [];
  for (const line of textOf(bytes, afterMark(bytes), bytes.length).split('\n')) {
    const words = line.split(/[\s,;]+/).filter((word) => word !== '');
    const plain = words.map((word) => word.replace(/\.skeleton$/i, '').toUpperCase());
    if (plain.every((word) => parseNtuName(word) !== undefined)) names.push(...plain);
    else others.push(line.trim());
  }
  return { names, others };
}
