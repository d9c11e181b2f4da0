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

/** Bytes that one or more tensors of a PyTorch file look at. */
export interface StorageFacts {
  /** Its name in the file. */
  readonly key: string;
  /** The type of its numbers; that of bytes if each tensor has its own. */
  readonly dtype: StoredDType;
  /** How many numbers of that type it holds. */
  readonly count: number;
}

/** Where the bytes of a storage are. */
export interface StorageBytes {
  /** All of them; not to be written to. */
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
  /** The numbers between two neighbours along each axis. */
  readonly strides: readonly number[];
}

/** Says how many more bytes are made of a file. @throws FormatError if they are too many. */
export type Spend = (bytes: number) => void;

/** Few tensors share their numbers, but those that do can be made of very few bytes. */
const MOST_TIMES = 8;
const MOST_AT_LEAST = 2 ** 24;

/** Counts the bytes that are made of a file: at most 8 times its length, or 16 MiB. */
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

/** How many numbers of a storage a view reaches, from its first one on. */
export function reachOf(shape: readonly number[], strides: readonly number[]): number {
  if (shape.includes(0)) return 0;
  return shape.reduce((sum, size, i) => sum + (size - 1) * (strides[i] as number), 1);
}

/** Makes arrays of tensors, whose numbers are copied. */
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

/** Whether the numbers stand in the storage side by side, as they do in memory. */
function isRowMajor(shape: readonly number[], strides: readonly number[]): boolean {
  const wanted = rowMajorStrides(shape);
  return shape.every((size, i) => size === 1 || strides[i] === wanted[i]);
}

/** A view in words. */
export function describeView({ dtype, shape, strides }: Omit<TensorView, 'storage'>): string {
  return `${describe({ dtype, shape })} with strides [${strides.slice(0, 8).join(', ')}]`;
}
