import { FormatError, type NdArray } from '@halp/files';

/**
 * The numbers of an array as doubles; a 64-bit integer that no double holds becomes one beyond 2^53, which
 * is no label or length.
 */
export function asDoubles({ data }: NdArray): Float64Array {
  return Float64Array.from(data as ArrayLike<number | bigint>, Number);
}

/** Integers of a file, and what is wrong with those that are none. */
export interface CheckedIntegers {
  /** As many as there are entries; -1 for a wrong one. */
  readonly values: Int32Array;
  /** For each wrong entry, what was expected and what was found. */
  readonly problems: ReadonlyMap<number, string>;
}

/** The integers in [least, most], `least` at least 0, and the entries that are none. */
export function checkIntegers(
  entries: ArrayLike<number>,
  least: number,
  most: number,
): CheckedIntegers {
  const problems = new Map<number, string>();
  const values = Int32Array.from(entries, (value, i) => {
    if (Number.isInteger(value) && value >= least && value <= most) return value;
    problems.set(i, `entry ${i}: expected an integer in [${least}, ${most}], got ${value}`);
    return -1;
  });
  return { values, problems };
}

/** @throws FormatError naming the first entry that is no integer in [least, most]. */
export function requireIntegers(
  values: ArrayLike<number>,
  path: string,
  least: number,
  most: number,
): Int32Array {
  const checked = checkIntegers(values, least, most);
  const [first] = checked.problems.values();
  if (first === undefined) return checked.values;
  throw new FormatError(path, first);
}
