import { FormatError } from '../format/format-error.ts';
import {
  bytesPerElement,
  describe,
  type NdArray,
  sizeOfShape,
  type TypedArray,
} from '../npy/nd-array.ts';
import { adoptStored, memoryDType, storedBytes, type StoredDType } from '../npy/stored.ts';
import { gather, rowMajorStrides } from '../npy/strided.ts';

/** A storage: the bytes of one or more tensors of a PyTorch file. */
export interface StorageFacts {
  /** Its name in the file. */
  readonly key: string;
  /** The type of its numbers; the type of bytes if its tensors differ in type. */
  readonly dtype: StoredDType;
  /** How many numbers of that type it holds. */
  readonly count: number;
}

/** The bytes of a storage and their position. */
export interface StorageBytes {
  /** All of them; may not be written to. */
  readonly bytes: Uint8Array;
  /** Which byte of a number comes first. */
  readonly byteOrder: 'little' | 'big';
  /** The file, for error messages. */
  readonly path: string;
  /** The byte of the file at which they start. */
  readonly offset: number;
}

/** A tensor as a view of a storage. */
export interface TensorView {
  /** The storage that holds its numbers. */
  readonly storage: StorageFacts;
  /** The type of its numbers. */
  readonly dtype: StoredDType;
  /** The first of them, counted in numbers of that type. */
  readonly start: number;
  /** The size of each axis. */
  readonly shape: readonly number[];
  /** The stride of each axis, in numbers. */
  readonly strides: readonly number[];
}

/** Counts bytes that are about to be made from a file. @throws FormatError if they are too many. */
export type Spend = (bytes: number) => void;

/** Few tensors share numbers, but a few bytes of a file could claim any number of tensors that do. */
const MOST_TIMES = 8;
const MOST_AT_LEAST = 2 ** 24;

/** Counts the bytes made from a file: at most 8 times its length, or 16 MiB. */
export function spending(length: number, path: string): Spend {
  const most = Math.max(MOST_AT_LEAST, MOST_TIMES * length);
  let spent = 0;
  return (bytes) => {
    spent += bytes;
    if (spent <= most) return;
    const problem = `expected at most ${most} bytes to be made of a file of ${length}, got more`;
    throw new FormatError(
      path,
      `${problem}; save clones of the tensors that are expanded or share numbers`,
    );
  };
}

/** The extent of a view in its storage, in numbers. */
export function reachOf(shape: readonly number[], strides: readonly number[]): number {
  if (shape.includes(0)) return 0;
  return shape.reduce((sum, size, i) => sum + (size - 1) * (strides[i] as number), 1);
}

/** Makes arrays from tensors; the numbers are copied. */
export function tensorReader(
  bytesOf: (storage: StorageFacts) => StorageBytes,
  spend: Spend,
): (view: TensorView) => NdArray {
  // So that many small views of a large storage do not decode it many times.
  const decoded = new Map<string, TypedArray>();

  const decode = (view: TensorView, first: number, count: number): TypedArray => {
    const { dtype, storage } = view;
    const { bytes, byteOrder, path, offset } = bytesOf(storage);
    const [from, to] = [first, first + count].map((n) => n * storedBytes(dtype)) as [
      number,
      number,
    ];
    const stored = { dtype, byteOrder, fortranOrder: false };
    const copy = Uint8Array.from(bytes.subarray(from, to));
    return adoptStored(copy, stored, [count], path, offset + from).data;
  };

  const scattered = (view: TensorView): TypedArray => {
    const { storage, dtype, start, shape, strides } = view;
    const key = `${dtype} ${storage.key}`;
    let data = decoded.get(key);
    if (data === undefined) {
      const bytes = storage.count * storedBytes(storage.dtype);
      data = decode(view, 0, Math.floor(bytes / storedBytes(dtype)));
      decoded.set(key, data);
    }
    return gather(data.subarray(start), shape, strides);
  };

  return (view) => {
    const { start, shape, strides } = view;
    const dtype = memoryDType(view.dtype);
    const size = sizeOfShape(shape);
    spend(size * bytesPerElement(dtype));
    const data = isRowMajor(shape, strides) ? decode(view, start, size) : scattered(view);
    return { dtype, shape, data };
  };
}

/** Whether the numbers are contiguous in the storage, in row-major order. */
function isRowMajor(shape: readonly number[], strides: readonly number[]): boolean {
  const wanted = rowMajorStrides(shape);
  return shape.every((size, i) => size === 1 || strides[i] === wanted[i]);
}

/** A view as text for error messages. */
export function describeView({ dtype, shape, strides }: Omit<TensorView, 'storage'>): string {
  return `${describe({ dtype, shape })} with strides [${strides.slice(0, 8).join(', ')}]`;
}
