import { type Bytes, fileBytes } from '../check.ts';
import { excerpt } from '../format/excerpt.ts';
import { type Expected, readAs } from '../format/file-kind.ts';
import { FormatError } from '../format/format-error.ts';
import type { NdArray } from '../npy/nd-array.ts';
import { inflateZlib } from '../zip/inflate-zlib.ts';
import { type MatVariable, readVariable } from './array.ts';
import { COMPRESSED, type MatBytes, MATRIX, offsetIn, readElement } from './element.ts';

const MAT: Expected = { expected: 'a MATLAB file of version 5', own: ['mat', 'hdf5'] };
const HEADER = 128;
const VERSION = 124;
const ENDIAN = 126;
/** The limit on all decompressed bytes, and on all numbers: this, or 32 times the size of the file. */
const MIN_LIMIT = 2 ** 25;
const MOST_RATIO = 32;
/** Each compressed variable needs decompression tables, whatever its size. */
const MOST_VARIABLES = 1000;

/**
 * The numeric arrays of a MATLAB file of version 5 (what `save` writes with `-v6` or `-v7`), by name; a record without
 * prototype.
 *
 * Supported are `double`, `single`, the eight integer classes and `logical` (as `bool`), compressed or not, big- or
 * little-endian, stored in the type of the class or a narrower one. MATLAB's first axis is fastest; here the last is, so
 * that `data[(i * B + j) * C + k]` is MATLAB's `x(i + 1, j + 1, k + 1)`. MATLAB drops trailing axes of size 1.
 *
 * Variables of other classes (cell, struct, object, char, sparse, function), of complex numbers, and unnamed variables
 * that MATLAB uses internally are left out.
 *
 * @param path - The file's name, for error messages.
 * @throws FormatError if this is not such a file, it is truncated or damaged, a name occurs twice, a number does not fit
 * its class, there are more than 1000 variables, or the decompressed variables exceed both 32 MiB and 32 times the size of
 * the file.
 *
 * @example
 * ```ts
 * const { d_skel } = parseMat(await readFile(path), path);
 * ```
 */
export function parseMat(input: Bytes, path: string): Record<string, NdArray> {
  const bytes = fileBytes('parseMat', input);
  const littleEndian = readAs(bytes, path, MAT, () => isLittleEndian(bytes, path));
  const file: MatBytes = { bytes, littleEndian, path, start: 0, within: 0 };
  const arrays = Object.create(null) as Record<string, NdArray>;
  const names = new Set<string>();
  const most = Math.max(MIN_LIMIT, MOST_RATIO * bytes.length);
  let [heldRoom, room] = [most, most];
  for (let at = HEADER, count = 1; at < bytes.length; count++) {
    if (count > MOST_VARIABLES) {
      throw new FormatError(path, `expected at most ${MOST_VARIABLES} variables, got more`, at);
    }
    const element = readElement(file, at);
    let { body, type } = element;
    if (type === COMPRESSED) {
      const held = inflateZlib(body.bytes, heldRoom, path, offsetIn(body, 0));
      heldRoom -= held.length;
      const inner = readElement({ bytes: held, littleEndian, path, within: at }, 0);
      if (inner.next !== held.length) {
        throw new FormatError(path, 'expected one variable in compressed data, got more', at);
      }
      ({ body, type } = inner);
    }
    if (type !== MATRIX) {
      throw new FormatError(path, `expected a variable (type ${MATRIX}), got type ${type}`, at);
    }
    const variable = readVariable(body, room);
    room -= variable.array?.data.byteLength ?? 0;
    collect(variable, { arrays, names, path, at });
    at = element.next;
  }
  return arrays;
}

interface Collected {
  readonly arrays: Record<string, NdArray>;
  readonly names: Set<string>;
  readonly path: string;
  readonly at: number;
}

function collect({ name, array }: MatVariable, { arrays, names, path, at }: Collected): void {
  if (name === '') return;
  if (names.has(name)) {
    throw new FormatError(path, `expected each variable once, got ${excerpt(name)} twice`, at);
  }
  names.add(name);
  if (array !== undefined) arrays[name] = array;
}

function isLittleEndian(bytes: Uint8Array, path: string): boolean {
  const text = (from: number, to: number): string =>
    String.fromCharCode(...bytes.subarray(from, to));
  if (text(0, 8) === '\x89HDF\r\n\x1a\n' || text(0, 10) === 'MATLAB 7.3') {
    const advice = "save it with MATLAB's save(..., '-v7')";
    throw new FormatError(path, `expected a MATLAB file of version 5, got 7.3; ${advice}`, 0);
  }
  const order = text(ENDIAN, HEADER);
  if (bytes.length < HEADER || (order !== 'IM' && order !== 'MI')) {
    const problem = `expected a MATLAB file of version 5, got ${bytes.length} bytes without its header`;
    throw new FormatError(path, problem, 0);
  }
  const littleEndian = order === 'IM';
  const major = bytes[VERSION + (littleEndian ? 1 : 0)];
  if (major !== 1) {
    throw new FormatError(path, `expected version 1 in the header, got ${major}`, VERSION);
  }
  return littleEndian;
}
