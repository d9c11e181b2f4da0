import { type Bytes, fileBytes } from '../check.ts';
import { excerpt } from '../format/excerpt.ts';
import { readAs } from '../format/file-kind.ts';
import { FormatError } from '../format/format-error.ts';
import { parseNpyDictionary } from './dictionary.ts';
import {
  describe,
  type DType,
  encode,
  expectDType,
  expectShape,
  type NdArray,
  sizeOfShape,
} from './nd-array.ts';
import {
  adoptStored,
  descriptorOf,
  knownCodes,
  parseDescriptor,
  storedBytes,
  type StoredNumbers,
} from './stored.ts';

/** The head of a `.npy` file: how the numbers after it are stored. */
export interface NpyHeader extends StoredNumbers {
  /** The size of each axis. */
  readonly shape: readonly number[];
  /** The byte at which the numbers start. */
  readonly dataOffset: number;
}

/** The longest header that is read, in bytes; NumPy's own limit is 10,000. */
export const MAX_NPY_HEADER = 65_535;

const NPY = { expected: 'a .npy file', own: ['npy'] } as const;
const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
const ALIGNMENT = 64;
// NumPy reserves room for the first axis to grow in place to 21 digits.
const GROWTH_DIGITS = 21;

/**
 * The header of a `.npy` file, from its first bytes (format 1.0 to 3.0, NEP 1).
 *
 * @param input - At least the header; more bytes are ignored.
 * @param path - The file's name, for error messages.
 * @throws FormatError if this is not a `.npy` header, or the type of its numbers is not a `StoredDType`.
 */
export function parseNpyHeader(input: Bytes, path: string): NpyHeader {
  const bytes = fileBytes('parseNpyHeader', input);
  const { text, start, end } = readAs(bytes, path, NPY, () => headerText(bytes, path));
  const { descriptor, fortranOrder, shape } = parseNpyDictionary(text, path, start);
  const numbers = parseDescriptor(descriptor);
  if (numbers === undefined) {
    throw new FormatError(
      path,
      `expected numbers of one of ${knownCodes}, got ${excerpt(descriptor)}; convert it with NumPy's astype`,
      start,
    );
  }
  if (!Number.isSafeInteger(sizeOfShape(shape) * storedBytes(numbers.dtype))) {
    throw new FormatError(path, `expected a shape below 2^53 bytes, got ${excerpt(shape)}`, start);
  }
  return { ...numbers, fortranOrder, shape, dataOffset: end };
}

function headerText(
  bytes: Uint8Array,
  path: string,
): { readonly text: string; readonly start: number; readonly end: number } {
  if (bytes.length < 10 || MAGIC.some((byte, i) => bytes[i] !== byte)) {
    throw new FormatError(
      path,
      `expected a .npy file, got ${bytes.length} bytes without its magic`,
      0,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [major, minor] = [view.getUint8(6), view.getUint8(7)];
  if (major < 1 || major > 3 || minor !== 0) {
    throw new FormatError(path, `expected .npy version 1.0 to 3.0, got ${major}.${minor}`, 6);
  }
  const start = major === 1 ? 10 : 12;
  if (bytes.length < start) throw new FormatError(path, 'the file is truncated', bytes.length);
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > MAX_NPY_HEADER) {
    throw new FormatError(path, `expected a header below 64 KiB, got ${length} bytes`, 8);
  }
  const end = start + length;
  if (end > bytes.length) {
    throw new FormatError(
      path,
      `expected a header of ${length} bytes, got ${bytes.length - start}; the file is truncated`,
      start,
    );
  }
  return { text: new TextDecoder('latin1').decode(bytes.subarray(start, end)), start, end };
}

/**
 * The array in the bytes of a `.npy` file. The numbers are copied, into the machine's byte order with the last axis
 * fastest; half precision becomes float32.
 *
 * @param path - The file's name, for error messages.
 * @throws FormatError if the header is refused, the file is shorter or longer than the header states, or a bool is neither
 * 0 nor 1.
 */
export function parseNpy(input: Bytes, path: string): NdArray {
  const bytes = fileBytes('parseNpy', input);
  const header = parseNpyHeader(bytes, path);
  const { shape, dataOffset } = header;
  expectNpyLength(header, bytes.length, path);
  // A copy even of a Node Buffer, whose slice() does not copy.
  return adoptStored(Uint8Array.from(bytes.subarray(dataOffset)), header, shape, path, dataOffset);
}

/** @throws FormatError unless the file has the length that its header implies. */
export function expectNpyLength(header: NpyHeader, length: number, path: string): void {
  const { dtype, shape, dataOffset } = header;
  const expected = dataOffset + sizeOfShape(shape) * storedBytes(dtype);
  if (length === expected) return;
  throw new FormatError(
    path,
    `expected ${expected} bytes for ${describe(header)}, got ${length}` +
      (length < expected ? '; the file is truncated' : ''),
    Math.min(length, expected),
  );
}

/**
 * The bytes of the header of a `.npy` file, as NumPy writes it; the numbers start at a multiple of 64.
 *
 * @throws RangeError if a size is not an integer of at least 0, or the shape is too long for a header.
 */
export function formatNpyHeader(dtype: DType, shape: readonly number[]): Uint8Array {
  expectDType('formatNpyHeader', dtype);
  expectShape(shape, 'formatNpyHeader');
  const descriptor = descriptorOf(dtype);
  const axes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const growth = shape.length === 0 ? 0 : GROWTH_DIGITS - String(shape[0]).length;
  const text =
    `{'descr': '${descriptor}', 'fortran_order': False, 'shape': (${axes}), }` + ' '.repeat(growth);
  // NumPy adds a whole block if the header already ends at a multiple.
  const length = (Math.floor((10 + text.length + 1) / ALIGNMENT) + 1) * ALIGNMENT - 10;
  if (length > MAX_NPY_HEADER) {
    throw new RangeError(`formatNpyHeader: expected a few axes, got ${shape.length}`);
  }
  const bytes = new Uint8Array(10 + length);
  bytes.set([...MAGIC, 1, 0, length & 255, length >> 8]);
  bytes.set(new TextEncoder().encode(`${text.padEnd(length - 1)}\n`), 10);
  return bytes;
}

/**
 * The bytes of a `.npy` file that holds `array`, as NumPy writes it (format 1.0).
 *
 * @throws RangeError if the numbers do not match the array's type or shape.
 */
export function formatNpy(array: NdArray): Uint8Array {
  const data = encode(array, 'formatNpy');
  const header = formatNpyHeader(array.dtype, array.shape);
  const bytes = new Uint8Array(header.length + data.length);
  bytes.set(header);
  bytes.set(data, header.length);
  return bytes;
}
