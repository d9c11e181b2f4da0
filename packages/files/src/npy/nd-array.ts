import { gotText } from '../check.ts';
import { FormatError } from '../format/format-error.ts';

/** The element types of arrays in memory, which `.npy` and safetensors files share. */
export type DType =
  | 'bool'
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'float32'
  | 'float64';

/** The numbers of an array in memory; `bool` is stored as bytes 0 and 1. */
export type TypedArray =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | Float32Array
  | Float64Array;

/** An array read from a file or to be written to one: type, shape, and numbers in row-major order. */
export interface NdArray {
  /** The type of each number in the file. */
  readonly dtype: DType;
  /** The size of each axis; `[]` for a scalar. */
  readonly shape: readonly number[];
  /** The numbers, last axis fastest. */
  readonly data: TypedArray;
}

const MOST_NAMED = 8;

/** The bytes that one number of a type takes. */
export function bytesPerElement(dtype: DType): number {
  expectDType('bytesPerElement', dtype);
  return viewOf(dtype, new ArrayBuffer(0)).BYTES_PER_ELEMENT;
}

/** The product of the sizes: how many numbers an array of this shape holds. */
export function sizeOfShape(shape: readonly number[]): number {
  if (!Array.isArray(shape)) {
    throw new TypeError(`sizeOfShape: expected a list of sizes, got ${gotText(shape)}`);
  }
  return (shape as readonly number[]).reduce((product, size) => product * size, 1);
}

/**
 * The numbers of any array as doubles.
 *
 * @throws RangeError if a double cannot hold a 64-bit integer exactly.
 */
export function toNumbers(array: NdArray): Float64Array {
  expectArray('toNumbers', array);
  const { data } = array;
  if (!(data instanceof BigInt64Array || data instanceof BigUint64Array)) {
    return Float64Array.from(data);
  }
  return Float64Array.from({ length: data.length }, (_, i) => {
    const number = Number(data[i]);
    if (!Number.isSafeInteger(number)) {
      throw new RangeError(`toNumbers: expected integers below 2^53, got ${data[i]}`);
    }
    return number;
  });
}

/**
 * The bytes of an array's numbers, not copied.
 *
 * @throws RangeError if the numbers do not match the array's type or shape.
 */
export function encode(array: NdArray, caller: string): Uint8Array {
  expectArray(caller, array);
  const { dtype, shape, data } = array;
  expectDType(caller, dtype);
  expectShape(shape, caller);
  const [wanted, got] = [viewOf(dtype, new ArrayBuffer(0)), data].map(kindOf) as [string, string];
  if (got !== wanted || data.length !== sizeOfShape(shape)) {
    throw new RangeError(
      `${caller}: expected a ${wanted} of ${sizeOfShape(shape)} for ${describe(array)}, ` +
        `got a ${got} of ${data.length}`,
    );
  }
  const wrong = firstNonBoolean(dtype, data);
  if (wrong >= 0) {
    throw new RangeError(
      `${caller}: expected 0 or 1 as bool, got ${data[wrong]} at index ${wrong}`,
    );
  }
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** The numbers in `bytes`, copied, so that alignment and later writes to `bytes` do not matter. */
export function decode(dtype: DType, bytes: Uint8Array, path: string, offset: number): TypedArray {
  const copy = new ArrayBuffer(bytes.byteLength);
  new Uint8Array(copy).set(bytes);
  return adopt(dtype, copy, path, offset);
}

/** The numbers in `buffer`, not copied; `offset` is their position in the file. */
export function adopt(dtype: DType, buffer: ArrayBuffer, path: string, offset: number): TypedArray {
  const data = viewOf(dtype, buffer);
  const wrong = firstNonBoolean(dtype, data);
  if (wrong >= 0) {
    throw new FormatError(path, `expected 0 or 1 as bool, got ${data[wrong]}`, offset + wrong);
  }
  return data;
}

/** Type and shape as text for error messages. */
export function describe({
  dtype,
  shape,
}: {
  readonly dtype: string;
  readonly shape: readonly number[];
}): string {
  const axes = shape.slice(0, MOST_NAMED).join(', ');
  return `${dtype} [${axes}${shape.length > MOST_NAMED ? ', …' : ''}]`;
}

/** @throws RangeError unless every size is an integer of at least 0. */
export function expectShape(shape: readonly number[], caller: string): void {
  if (!Array.isArray(shape)) {
    throw new TypeError(`${caller}: expected a list of sizes, got ${gotText(shape)}`);
  }
  if (!shape.every((size: number) => Number.isSafeInteger(size) && size >= 0)) {
    throw new RangeError(
      `${caller}: expected sizes of at least 0, got [${shape.map(gotText).join(', ')}]`,
    );
  }
}

/** @throws RangeError unless the type is an element type of arrays. */
export function expectDType(caller: string, dtype: DType): void {
  if (DTYPES.includes(dtype)) return;
  throw new RangeError(
    `${caller}: expected a type among ${DTYPES.join(', ')}, got ${gotText(dtype)}`,
  );
}

/** @throws TypeError unless the value has the fields of an array. */
export function expectArray(caller: string, array: NdArray): void {
  const data: unknown = (array as NdArray | null | undefined)?.data;
  if (ArrayBuffer.isView(data) && Symbol.toStringTag in data) return;
  const got = data === undefined ? gotText(array) : `its data as ${gotText(data)}`;
  throw new TypeError(
    `${caller}: expected an array { dtype, shape, data } with a typed array as data, got ${got}`,
  );
}

const DTYPES: readonly DType[] = [
  'bool',
  'int8',
  'int16',
  'int32',
  'int64',
  'uint8',
  'uint16',
  'uint32',
  'uint64',
  'float32',
  'float64',
];

// Both formats are little-endian, as are all machines that this package supports.
function viewOf(dtype: DType, buffer: ArrayBuffer): TypedArray {
  switch (dtype) {
    case 'bool':
    case 'uint8':
      return new Uint8Array(buffer);
    case 'int8':
      return new Int8Array(buffer);
    case 'int16':
      return new Int16Array(buffer);
    case 'uint16':
      return new Uint16Array(buffer);
    case 'int32':
      return new Int32Array(buffer);
    case 'uint32':
      return new Uint32Array(buffer);
    case 'int64':
      return new BigInt64Array(buffer);
    case 'uint64':
      return new BigUint64Array(buffer);
    case 'float32':
      return new Float32Array(buffer);
    case 'float64':
      return new Float64Array(buffer);
  }
}

/** A Node `Buffer` counts as a `Uint8Array`. */
function kindOf(data: TypedArray): string {
  return data[Symbol.toStringTag];
}

function firstNonBoolean(dtype: DType, data: TypedArray): number {
  return dtype === 'bool' ? (data as Uint8Array).findIndex((byte) => byte > 1) : -1;
}
