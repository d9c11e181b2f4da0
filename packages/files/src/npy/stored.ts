import { decodeBfloat16 } from './bfloat16.ts';
import { decodeFloat16 } from './float16.ts';
import { adopt, bytesPerElement, type DType, type NdArray, type TypedArray } from './nd-array.ts';
import { rowMajor } from './strided.ts';

/** The types of numbers in files: those of arrays in memory, and the two half-precision types. */
export type StoredDType = DType | 'float16' | 'bfloat16';

/** How a file stores the numbers of an array. */
export interface StoredNumbers {
  /**
   * The type of each number in the file; 'float16' and 'bfloat16' become float32 in memory, which holds them exactly.
   */
  readonly dtype: StoredDType;
  /** Which byte of a number comes first, the lowest or the highest; 'little' for numbers of one byte. */
  readonly byteOrder: 'little' | 'big';
  /** Whether the first axis is the fastest in the file; in memory it is always the last. */
  readonly fortranOrder: boolean;
}

const CODES: Readonly<Record<string, StoredDType>> = {
  b1: 'bool',
  i1: 'int8',
  u1: 'uint8',
  i2: 'int16',
  u2: 'uint16',
  i4: 'int32',
  u4: 'uint32',
  i8: 'int64',
  u8: 'uint64',
  f2: 'float16',
  f4: 'float32',
  f8: 'float64',
};

/** The codes of the supported types, for error messages. */
export const knownCodes: string = Object.keys(CODES).join(' ');

/** The type of a NumPy code such as `f4`; undefined if the type is not supported. */
export function dtypeOfCode(code: string): StoredDType | undefined {
  return Object.hasOwn(CODES, code) ? CODES[code] : undefined;
}

/** Type and byte order of a descriptor such as `<f4`; undefined if it is not supported. */
export function parseDescriptor(
  descriptor: string,
): Pick<StoredNumbers, 'dtype' | 'byteOrder'> | undefined {
  const order = descriptor.slice(0, 1);
  const dtype = dtypeOfCode(descriptor.slice(1));
  const orders = dtype === undefined ? '' : storedBytes(dtype) === 1 ? '|' : '<>';
  if (dtype === undefined || order === '' || !orders.includes(order)) return undefined;
  return { dtype, byteOrder: order === '>' ? 'big' : 'little' };
}

/** The descriptor of little-endian numbers, as NumPy writes it. */
export function descriptorOf(dtype: DType): string {
  const code = Object.keys(CODES).find((key) => CODES[key] === dtype) as string;
  return `${bytesPerElement(dtype) === 1 ? '|' : '<'}${code}`;
}

/** The size of one number in a file, in bytes. */
export function storedBytes(dtype: StoredDType): number {
  return dtype === 'float16' || dtype === 'bfloat16' ? 2 : bytesPerElement(dtype);
}

/** The type of the numbers in memory. */
export function memoryDType(dtype: StoredDType): DType {
  return dtype === 'float16' || dtype === 'bfloat16' ? 'float32' : dtype;
}

/**
 * The array stored in `bytes`: numbers in the machine's byte order, the last axis fastest. The array may reuse `bytes`.
 *
 * @param bytes - Exactly as many as the shape needs.
 * @param offset - The position of the bytes in the file, for error messages.
 * @throws FormatError if a bool is neither 0 nor 1.
 */
export function adoptStored(
  bytes: Uint8Array<ArrayBuffer>,
  stored: StoredNumbers,
  shape: readonly number[],
  path: string,
  offset: number,
): NdArray {
  const size = storedBytes(stored.dtype);
  if (stored.byteOrder === 'big') reverseEach(bytes, size);
  const data = numbersIn(bytes, stored.dtype, path, offset);
  return {
    dtype: memoryDType(stored.dtype),
    shape,
    data: isScattered(stored, shape) ? rowMajor(data, shape) : data,
  };
}

function numbersIn(
  bytes: Uint8Array<ArrayBuffer>,
  dtype: StoredDType,
  path: string,
  offset: number,
): TypedArray {
  if (dtype === 'float16') return decodeFloat16(bytes);
  if (dtype === 'bfloat16') return decodeBfloat16(bytes);
  return adopt(dtype, whole(bytes), path, offset);
}

/** Whether the numbers of one slice of the first axis are not contiguous in the file. */
export function isScattered(
  { fortranOrder }: Pick<StoredNumbers, 'fortranOrder'>,
  shape: readonly number[],
): boolean {
  return fortranOrder && shape.filter((size) => size !== 1).length > 1;
}

function reverseEach(bytes: Uint8Array, size: number): void {
  for (let start = 0; start < bytes.length; start += size) {
    for (let low = start, high = start + size - 1; low < high; low++, high--) {
      const byte = bytes[low] as number;
      bytes[low] = bytes[high] as number;
      bytes[high] = byte;
    }
  }
}

function whole(bytes: Uint8Array<ArrayBuffer>): ArrayBuffer {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes.buffer : bytes.slice().buffer;
}
