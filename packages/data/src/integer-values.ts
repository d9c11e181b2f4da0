import { FormatError, type NdArray } from '@halp/files';

/**
 * The numbers of an array as doubles; a 64-bit integer that no double holds becomes one beyond 2^53, which
 * is no label or length.
 */
export function nearestNumbers({ data }: NdArray): Float64Array {
  return Float64Array.from(data as ArrayLike<number | bigint>, Number);
}

/** @throws FormatError naming the first entry that is no integer in [least, most]. */
export function requireIntegers(
  values: ArrayLike<number>,
  path: string,
  least: number,
  most: number,
): Int32Array {
  const odd = Array.prototype.findIndex.call(
    values,
    (value: number) => !Number.isInteger(value) || value < least || value > most,
  );
  if (odd < 0) return Int32Array.from(values);
  throw new FormatError(
    path,
    `entry ${odd}: expected an integer in [${least}, ${most}], got ${values[odd]}`,
  );
}
