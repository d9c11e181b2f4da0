import { FormatError, type NdArray } from '@halp/files';
import { readRegularFile } from '@halp/files/node';
import { readNumbers } from '../../disk/read-integers.ts';
import { requireFile } from '../../disk/system-error.ts';
import { checkIntegers, asDoubles } from '../../text/integer-values.ts';
import { readLabelPickle } from './label-pickle.ts';

/** The labels of an array's clips, and what else a label file says. */
export interface ArrayLabels {
  /** The label of each clip; -1 where it is wrong. */
  readonly labels: Int32Array;
  /** For each row whose label is wrong, what was expected and what was found. */
  readonly problems: ReadonlyMap<number, string>;
  /** The names of the clips, where they are known. */
  readonly names?: readonly string[] | undefined;
  /** How many classes there are, where that is known. */
  readonly classes?: number | undefined;
}

/**
 * The labels in a `.npy` file, `[count]`, or a `.pkl` file, see {@link parseLabelPickle}.
 *
 * A label that is no integer from 0 to `most` is one of the problems.
 *
 * @throws FormatError if the file is missing or refused, or holds another number of labels.
 */
export async function readLabels(path: string, count: number, most: number): Promise<ArrayLabels> {
  if (!/\.(pkl|pickle)$/i.test(path)) {
    return checked(await readNumbers(path, count), most);
  }
  const { names, entries } = readLabelPickle(await requireFile(path, readRegularFile(path)), path);
  if (entries.length !== count) {
    throw new FormatError(path, `expected ${count} labels, got ${entries.length}`);
  }
  const labels = entries.map((entry) => (isNumeric(entry) ? Number(entry) : NaN));
  return { ...checked(labels, most), names };
}

/**
 * The labels in an array: `[count]` integers, or `[count, classes]` with a 1 in the place of each
 * clip's class and 0 elsewhere. A label that is no integer from 0 to `most`, or a row that has not one 1 and zeros, is
 * one of the problems.
 *
 * @throws FormatError if the array has another shape.
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
  const values = asDoubles(array);
  if (classes === undefined) return checked(values, most);
  const odd = new Map<number, string>();
  const labels = Int32Array.from({ length: count }, (_, row) => {
    const marks = values.subarray(row * classes, (row + 1) * classes);
    const label = marks.indexOf(1);
    if (label >= 0 && marks.every((mark, i) => mark === (i === label ? 1 : 0))) return label;
    odd.set(row, `row ${row}: expected one 1 and zeros, got something else`);
    return -1;
  });
  const { problems, ...rest } = checked(labels, most);
  return { ...rest, classes, problems: new Map([...problems, ...odd]) };
}

function isNumeric(value: unknown): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

function checked(entries: ArrayLike<number>, most: number): ArrayLabels {
  const { values, problems } = checkIntegers(entries, 0, most);
  return { labels: values, problems };
}

/** The labels of a data set that is opened as it is. @throws FormatError if one is wrong. */
export function requireLabels(known: ArrayLabels, path: string): ArrayLabels {
  const [first] = known.problems.values();
  if (first === undefined) return known;
  throw new FormatError(path, first);
}

/** The names of that many classes: `class 0`, `class 1`, … */
export function numberedClasses(count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => `class ${i}`);
}

/** How many classes the labels need, or are known to be. */
export function classCount({ labels, classes = 0 }: ArrayLabels): number {
  return labels.reduce((count, label) => Math.max(count, label + 1), classes);
}
