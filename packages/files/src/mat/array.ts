import { excerpt } from '../format/excerpt.ts';
import { FormatError } from '../format/format-error.ts';
import {
  bytesPerElement,
  decode,
  describe,
  type DType,
  type NdArray,
  sizeOfShape,
  type TypedArray,
} from '../npy/nd-array.ts';
import { rowMajor } from '../npy/strided.ts';
import { type MatBytes, type MatElement, offsetIn, readElement } from './element.ts';

/** A variable of a MAT-file. */
export interface MatVariable {
  /** Empty for variables that MATLAB uses internally. */
  readonly name: string;
  /** The real numbers; undefined for a variable of another class or of complex numbers. */
  readonly array: NdArray | undefined;
}

const INT8 = 1;
const INT32 = 5;
const UINT32 = 6;
/** The types of numbers in a file, by the number of the type. */
const STORED: Readonly<Record<number, DType>> = {
  1: 'int8',
  2: 'uint8',
  3: 'int16',
  4: 'uint16',
  5: 'int32',
  6: 'uint32',
  7: 'float32',
  9: 'float64',
  12: 'int64',
  13: 'uint64',
};
/** The types of numbers in memory, by the number of the class. */
const CLASSES: Readonly<Record<number, DType>> = {
  6: 'float64',
  7: 'float32',
  8: 'int8',
  9: 'uint8',
  10: 'int16',
  11: 'uint16',
  12: 'int32',
  13: 'uint32',
  14: 'int64',
  15: 'uint64',
};
const LAST_CLASS = 17;
/** Function handles and objects of later versions: other parts follow the flags. */
const OPAQUE = 17;
const LOGICAL = 0x0200;
const COMPLEX = 0x0800;
/** Numeric arrays have a handful of axes; reordering very many short ones would take long. */
const MOST_AXES = 8;

/**
 * The variable in the body of a matrix element.
 *
 * @param most - The most bytes that its numbers may take in memory.
 * @throws FormatError if its parts do not match its class, or its numbers take more than `most` bytes.
 */
export function readVariable(body: MatBytes, most: number): MatVariable {
  const { path, bytes, littleEndian } = body;
  const flags = partOf(body, 0, UINT32, 'array flags');
  if (flags.body.bytes.length !== 8) {
    throw wrong(body, 0, '8 bytes of array flags', flags.body.bytes.length);
  }
  const word = viewOf(flags.body.bytes).getUint32(0, littleEndian);
  const kind = word & 0xff;
  if (kind < 1 || kind > LAST_CLASS) throw wrong(body, 8, 'an array class from 1 to 17', kind);
  if (kind === OPAQUE) return { name: '', array: undefined };
  const dimensions = partOf(body, flags.next, INT32, 'dimensions');
  const shape = [...(numbersOf(dimensions, body, flags.next) as Int32Array)];
  if (shape.length < 2 || shape.length > MOST_AXES || shape.some((size) => size < 0)) {
    throw wrong(body, flags.next, `2 to ${MOST_AXES} sizes of at least 0`, excerpt(shape));
  }
  const named = partOf(body, dimensions.next, INT8, 'a name');
  const name = new TextDecoder('latin1').decode(named.body.bytes);
  const dtype = (word & LOGICAL) === 0 ? CLASSES[kind] : kind === 9 ? 'bool' : undefined;
  if (dtype === undefined || (word & COMPLEX) !== 0) return { name, array: undefined };
  // Numbers stored narrower than their class are widened.
  if (sizeOfShape(shape) * bytesPerElement(dtype) > most) {
    throw wrong(body, 0, `at most ${most} bytes of numbers`, describe({ dtype, shape }));
  }
  const values = readElement(body, named.next);
  const data = rowMajor(valuesOf(values, { dtype, shape }, body, named.next), shape);
  if (values.next !== bytes.length) {
    const problem = `expected the end of ${excerpt(name)}, got ${bytes.length - values.next} bytes`;
    throw new FormatError(path, problem, offsetIn(body, values.next));
  }
  return { name, array: { dtype, shape, data } };
}

function partOf(source: MatBytes, at: number, type: number, what: string): MatElement {
  const part = readElement(source, at);
  if (part.type !== type) throw wrong(source, at, `${what} (type ${type})`, `type ${part.type}`);
  return part;
}

/** The numbers in the array's type, converted from the type in which they are stored. */
function valuesOf(
  element: MatElement,
  array: Omit<NdArray, 'data'>,
  source: MatBytes,
  at: number,
): TypedArray {
  const stored = numbersOf(element, source, at);
  const { dtype, shape } = array;
  if (stored.length !== sizeOfShape(shape)) {
    throw wrong(source, at, `${sizeOfShape(shape)} numbers for ${describe(array)}`, stored.length);
  }
  const data = dtype === STORED[element.type] ? stored : converted(stored, dtype);
  if (dtype === 'bool' && data.some((value) => value !== 0 && value !== 1)) {
    throw wrong(source, at, '0 or 1 as logical', 'another number');
  }
  const odd = data === stored ? -1 : data.findIndex((value, i) => !isSame(value, stored[i]));
  if (odd >= 0) throw wrong(source, at, `numbers that ${dtype} holds`, String(stored[odd]));
  return data;
}

function isSame(value: number | bigint, stored: number | bigint | undefined): boolean {
  if (typeof stored === 'bigint') return BigInt(value) === stored;
  return Object.is(Number(value), stored) || Number(value) === stored;
}

function converted(stored: TypedArray, dtype: DType): TypedArray {
  const zeros = decode(dtype, new Uint8Array(stored.length * bytesPerElement(dtype)), '', 0);
  if (zeros instanceof BigInt64Array || zeros instanceof BigUint64Array) {
    stored.forEach((value: number | bigint, i: number) => {
      zeros[i] = Number.isInteger(Number(value)) ? BigInt(value) : 0n;
    });
  } else {
    stored.forEach((value: number | bigint, i: number) => (zeros[i] = Number(value)));
  }
  return zeros;
}

/** A copy of the numbers of an element, in their stored type. */
function numbersOf({ type, body }: MatElement, source: MatBytes, at: number): TypedArray {
  const dtype = STORED[type];
  if (dtype === undefined) throw wrong(source, at, 'a type of numbers', `type ${type}`);
  const size = bytesPerElement(dtype);
  if (body.bytes.length % size !== 0) {
    throw wrong(source, at, `a multiple of ${size} bytes of ${dtype}`, body.bytes.length);
  }
  const bytes = body.littleEndian ? body.bytes : swapped(body.bytes, size);
  return decode(dtype, bytes, body.path, offsetIn(body, 0));
}

function swapped(bytes: Uint8Array, size: number): Uint8Array {
  const out = bytes.slice();
  for (let i = 0; size > 1 && i < out.length; i += size) out.subarray(i, i + size).reverse();
  return out;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function wrong(source: MatBytes, at: number, wanted: string, got: string | number): FormatError {
  return new FormatError(source.path, `expected ${wanted}, got ${got}`, offsetIn(source, at));
}
