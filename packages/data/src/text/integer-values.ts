import { FormatError, type NdArray } from '@halp/files';

/**
 * The numbers of an array as doubles. A 64-bit integer that no double holds becomes a value beyond 2^53, which is never a
 * valid label or length.
 */
export function asDoubles({ data }: NdArray): Float64Array {
  return Float64Array.from(data as ArrayLike<number | bigint>, Number);
}

/** Integers of a file, and the problems of invalid entries. */
export interface CheckedIntegers {
  /** One integer for each entry; -1 for an invalid one. */
  readonly values: Int32Array;
  /** The problem of each invalid entry, by its index. */
  readonly problems: ReadonlyMap<number, string>;
}

/** The integers in [min, max], min at least 0, and the problems of other entries. */
export function checkIntegers(
  entries: ArrayLike<number>,
  min: number,
  max: number,
): CheckedIntegers {
  const problems = new Map<number, string>();
  const values = Int32Array.from(entries, (value, i) => {
    if (Number.isInteger(value) && value >= min && value <= max) return value;
    problems.set(i, `entry ${i}: expected an integer in [${min}, ${max}], got ${value}`);
    return -1;
  });
  return { values, problems };
}

/** @throws FormatError for the first entry that is not an integer in [min, max]. */
export function requireIntegers(
  values: ArrayLike<number>,
  path: string,
  min: number,
  max: number,
): Int32Array {
  const checked = checkIntegers(values, min, max);
  const [first] = checked.problems.values();
  if (first === undefined) return checked.values;
  throw new FormatError(path, first);
}
