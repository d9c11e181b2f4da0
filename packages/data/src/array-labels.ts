import { readFile } from 'node:fs/promises';
import { FormatError, type NdArray } from '@halp/files';
import { nearestNumbers, requireIntegers } from './integer-values.ts';
import { readIntegers } from './integers.ts';
import { parseLabelPickle } from './label-pickle.ts';
import { present } from './system-error.ts';

/** The labels of an array's clips, and what else a label file says. */
export interface ArrayLabels {
  readonly labels: Int32Array;
  /** The names of the clips, where they are known. */
  readonly names?: readonly string[];
  /** How many classes there are, where that is known. */
  readonly classes?: number;
}

/**
 * The labels in a `.npy` file, `[count]`, or a `.pkl` file, see {@link parseLabelPickle}.
 *
 * @throws FormatError if the file is missing or refused, holds another number of labels, or a label is
 * no integer from 0 to `most`.
 */
export async function readLabels(path: string, count: number, most: number): Promise<ArrayLabels> {
  if (!/\.(pkl|pickle)$/i.test(path)) {
    return { labels: await readIntegers(path, count, 0, most) };
  }
  const { names, labels } = parseLabelPickle(await present(path, readFile(path)), path);
  if (labels.length !== count) {
    throw new FormatError(path, `expected ${count} labels, got ${labels.length}`);
  }
  return { labels: requireIntegers(labels, path, 0, most), names };
}

/**
 * The labels in an array: `[count]` integers, or `[count, classes]` with a 1 in the place of each
 * clip's class and 0 elsewhere.
 *
 * @throws FormatError if the array has another shape, a row has not one 1 and zeros, or a label is no
 * integer from 0 to `most`.
 */
export function labelsOfArray(
  array: NdArray,
  path: string,
  count: number,
  most: number,
): ArrayLabels {
  const [rows, classes, ...more] = array.shape;
  if (rows !== count || more.length > 0) {
    const got = `[${array.shape.join(', ')}]`;
    throw new FormatError(path, `expected labels [${count}] or [${count}, classes], got ${got}`);
  }
  const values = nearestNumbers(array);
  if (classes === undefined) return { labels: requireIntegers(values, path, 0, most) };
  const labels = Int32Array.from({ length: count }, (_, row) => {
    const marks = values.subarray(row * classes, (row + 1) * classes);
    const label = marks.indexOf(1);
    if (label >= 0 && marks.every((mark, i) => mark === (i === label ? 1 : 0))) return label;
    throw new FormatError(path, `row ${row}: expected one 1 and zeros, got something else`);
  });
  return { labels: requireIntegers(labels, path, 0, most), classes };
}

/** The names of that many classes: `class 0`, `class 1`, … */
export function numberedClasses(count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => `class ${i}`);
}

/** How many classes the labels need, or are known to be. */
export function classCount({ labels, classes = 0 }: ArrayLabels): number {
  return labels.reduce((count, label) => Math.max(count, label + 1), classes);
}
