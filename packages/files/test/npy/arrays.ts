import fc from 'fast-check';
import type { DType, NdArray, TypedArray } from '@halp/files';
import { FormatError, sizeOfShape } from '@halp/files';

type Constructor = (new (buffer: ArrayBuffer) => TypedArray) & {
  readonly BYTES_PER_ELEMENT: number;
};

/** The typed array that holds each type in memory. */
export const HOLDERS: Readonly<Record<DType, Constructor>> = {
  bool: Uint8Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  float32: Float32Array,
  float64: Float64Array,
};

/** Every type. */
export const DTYPES: readonly DType[] = Object.keys(HOLDERS) as DType[];

/** Arrays of every type and of shapes with 0 to 5 axes, empty ones too; any bits, so NaNs of every kind. */
export const anyArray: fc.Arbitrary<NdArray> = fc
  .record({
    dtype: fc.constantFrom(...DTYPES),
    shape: fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 5 }),
  })
  .chain(({ dtype, shape }) => {
    const holder = HOLDERS[dtype];
    const length = sizeOfShape(shape) * holder.BYTES_PER_ELEMENT;
    const bytes = fc.uint8Array({
      minLength: length,
      maxLength: length,
      ...(dtype === 'bool' ? { max: 1 } : {}),
    });
    return bytes.map((data) => ({ dtype, shape, data: new holder(data.slice().buffer) }));
  });

/** An array of a type: 0, 1, 2, …, or 0, 1, 0, … of booleans. */
export function counting(dtype: DType, shape: readonly number[]): NdArray {
  const holder = HOLDERS[dtype];
  const data = new holder(new ArrayBuffer(sizeOfShape(shape) * holder.BYTES_PER_ELEMENT));
  for (let i = 0; i < data.length; i++) {
    const value = dtype === 'bool' ? i % 2 : i;
    if (data instanceof BigInt64Array || data instanceof BigUint64Array) data[i] = BigInt(value);
    else data[i] = value;
  }
  return { dtype, shape, data };
}

/** The bytes of an array's numbers, which distinguish NaNs. */
export function bytesOf({ data }: NdArray): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice();
}

/** Type, shape and bytes: equal exactly if the arrays are the same, bit by bit. */
export function identityOf(array: NdArray): unknown {
  return [array.dtype, [...array.shape], array.data.constructor.name, [...bytesOf(array)]];
}

/** What `parse` gives, or the FormatError that it throws; anything else that it throws is thrown. */
export function outcome<T>(parse: () => T): T | FormatError {
  try {
    return parse();
  } catch (error) {
    if (error instanceof FormatError) return error;
    throw error;
  }
}

/** The bytes with one bit flipped. */
export function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = bytes.slice();
  const index = bit >> 3;
  copy[index] = (copy[index] as number) ^ (1 << (bit & 7));
  return copy;
}

/** Throws unless the numbers of an array match its shape and type. */
export function requireWhole(array: NdArray): void {
  const { dtype, shape, data } = array;
  if (!(data instanceof HOLDERS[dtype]) || data.length !== sizeOfShape(shape)) {
    throw new Error(
      `${dtype} [${shape.join(', ')}] with a ${data.constructor.name} of ${data.length}`,
    );
  }
}
