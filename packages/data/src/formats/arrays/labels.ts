import { FormatError, type NdArray } from '@halp/files';
import { readRegularFile } from '@halp/files/node';
import { readNumbers } from '../../disk/read-integers.ts';
import { requireFile } from '../../disk/system-error.ts';
import { asDoubles, checkIntegers } from '../../text/integer-values.ts';
import { readLabelPickle } from './label-pickle.ts';

/** The labels of an array's clips, and other contents of the label file. */
export interface ArrayLabels {
  /** The label of each clip; -1 for an invalid one. */
  readonly labels: Int32Array;
  /** The problem of each row with an invalid label. */
  readonly problems: ReadonlyMap<number, string>;
  /** The names of the clips, if known. */
  readonly names?: readonly string[] | undefined;
  /** The number of classes, if known. */
  readonly classes?: number | undefined;
}

/**
 * The labels in a `.npy` file, `[count]`, or a `.pkl` file, see {@link parseLabelPickle}.
 *
 * A label that is not an integer from 0 to `max` is a problem of its row.
 *
 * @throws FormatError if the file is missing or invalid, or holds another number of labels.
 */
export async function readLabels(path: string, count: number, max: number): Promise<ArrayLabels> {
  if (!/\.(pkl|pickle)$/i.test(path)) {
    return checked(await readNumbers(path, count), max);
  }
  const { names, entries } = readLabelPickle(await requireFile(path, readRegularFile(path)), path);
  if (entries.length !== count) {
    throw new FormatError(path, `expected ${count} labels, got ${entries.length}`);
  }
  const labels = entries.map((entry) => (isNumeric(entry) ? Number(entry) : NaN));
  return { ...checked(labels, max), names };
}

/**
 * The labels in an array: `[count]` integers, or one-hot `[count, classes]`. A label that is not an integer from 0 to `max`,
 * or a row that is not one-hot, is a problem of its row.
 *
 * @throws FormatError if the array has another shape.
 */
export function labelsOfArray(
  array: NdArray,
  path: string,
  count: number,
  max: number,
): ArrayLabels {
  const [rows, classes, ...more] = array.shape;
  if (rows !== count || more.length > 0) {
    const got = `[${array.shape.join(', ')}]`;
    throw new FormatError(path, `expected labels [${count}] or [${count}, classes], got ${got}`);
  }
  const values = asDoubles(array);
  if (classes === undefined) return checked(values, max);
  const odd = new Map<number, string>();
  const labels = Int32Array.from({ length: count }, (_, row) => {
    const marks = values.subarray(row * classes, (row + 1) * classes);
    const label = marks.indexOf(1);
    if (label >= 0 && marks.every((mark, i) => mark === (i === label ? 1 : 0))) return label;
    odd.set(row, `row ${row}: expected one 1 and zeros, got other numbers`);
    return -1;
  });
  const { problems, ...rest } = checked(labels, max);
  return { ...rest, classes, problems: new Map([...problems, ...odd]) };
}

function isNumeric(value: unknown): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

function checked(entries: ArrayLike<number>, max: number): ArrayLabels {
  const { values, problems } = checkIntegers(entries, 0, max);
  return { labels: values, problems };
}

/** The labels, if all are valid. @throws FormatError for the first invalid one. */
export function requireLabels(known: ArrayLabels, path: string): ArrayLabels {
  const [first] = known.problems.values();
  if (first === undefined) return known;
  throw new FormatError(path, first);
}

/** The names of `count` classes: `class 0`, `class 1`, … */
export function numberedClasses(count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => `class ${i}`);
}

/** The known number of classes, or the number that the labels need. */
export function classCount({ labels, classes = 0 }: ArrayLabels): number {
  return labels.reduce((count, label) => Math.max(count, label + 1), classes);
}
