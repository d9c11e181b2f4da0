import { FormatError, parseNpy } from '@halp/files';
import { readRegularFile } from '@halp/files/node';
import { asDoubles, requireIntegers } from '../text/integer-values.ts';
import { requireFile } from './system-error.ts';

/**
 * The integers of a `.npy` file of shape `[count]` and any numeric type.
 *
 * @param count - The expected number of values; undefined for any number.
 * @throws FormatError if the file is missing or not `.npy`, has another shape, or a value is not an integer
 * in [min, max].
 */
export async function readIntegers(
  path: string,
  count: number | undefined,
  min: number,
  max: number,
): Promise<Int32Array> {
  return requireIntegers(await readNumbers(path, count), path, min, max);
}

/**
 * The numbers of a `.npy` file of shape `[count]` and any numeric type.
 *
 * @throws FormatError if the file is missing or not `.npy`, or has another shape.
 */
export async function readNumbers(path: string, count: number | undefined): Promise<Float64Array> {
  const array = parseNpy(await requireFile(path, readRegularFile(path)), path);
  const expected = count ?? array.data.length;
  if (array.shape.length !== 1 || array.shape[0] !== expected) {
    throw new FormatError(path, `expected [${expected}] integers, got [${array.shape.join(', ')}]`);
  }
  return asDoubles(array);
}
