import { excerpt } from '../format/excerpt.ts';
import { FormatError } from '../format/format-error.ts';
import { describe, type NdArray, sizeOfShape } from '../npy/nd-array.ts';
import { adoptStored, dtypeOfCode, knownCodes, storedBytes } from '../npy/stored.ts';
import { gather, rowMajorStrides } from '../npy/strided.ts';
import {
  PendingArray,
  PendingDType,
  PendingOtherType,
  type PickledArray,
  type PickledContents,
} from './pending.ts';
import { bytesOf, type PickleSource, type Piece } from './piece.ts';
import { PendingTexts } from './texts.ts';

/** Arrays of up to this many numbers are read immediately: a size or a label is sometimes written as an array. */
export const FEW_NUMBERS = 8;

/** What the names in a pickle refer to: functions of the arguments with which the pickle calls them. */
export type Names = Readonly<Record<string, (...args: readonly unknown[]) => unknown>>;

/** What the functions need from the reader. */
export interface NamesContext {
  readonly source: PickleSource;
  readonly path: string;
  /** An error at the current position. */
  readonly fail: (problem: string) => FormatError;
  /** A value as a short text; undefined if it is no text. */
  readonly text: (value: unknown) => string | undefined;
}

/** NumPy's limit on the number of axes. */
const MOST_AXES = 64;
/** Types of texts (`U`, of 4 bytes a character, or `S`, of bytes) with their length, and of objects. */
const OTHER_TYPE = /^([US]\d{1,9}|O8?)$/;

/** The class itself, which is passed to `_reconstruct` and never called. */
const ndarray = (): never => {
  throw new TypeError('an array is made by _reconstruct');
};

/**
 * The functions of Python and NumPy that pickles of arrays, scalars and bytes call. Each only rearranges its arguments, in
 * constant time. No other function can be called.
 */
export function numpyNames(context: NamesContext): Names {
  const { source, path, fail, text } = context;
  const isPiece = (value: unknown): value is Piece =>
    typeof value === 'object' && value !== null && 'kind' in value;

  /** Bytes, or a text of Python 2, which is stored as bytes. */
  const bytesPiece = (value: unknown, what: string): Piece => {
    if (!isPiece(value) || value.kind === 'utf-8') throw fail(`expected bytes as ${what}`);
    return { ...value, kind: value.kind === 'latin1' ? 'bytes' : value.kind };
  };

  const encode = (value?: unknown, encoding?: unknown): Piece => {
    if (value === undefined) return { start: 0, length: 0, kind: 'bytes' };
    if (!isPiece(value)) throw fail('expected a text to make bytes of');
    if (value.kind !== 'utf-8') return bytesPiece(value, 'bytes');
    if (!['latin1', 'latin-1'].includes(text(encoding) ?? '')) {
      throw fail('expected bytes written as a text in latin1, got another encoding');
    }
    return { ...value, kind: 'bytes in utf-8' };
  };

  const byteOrder = (value: unknown): 'little' | 'big' => {
    const order = text(value) ?? '';
    if (!['<', '>', '|', '='].includes(order))
      throw fail('expected the byte order of a NumPy type');
    return order === '>' ? 'big' : 'little';
  };

  const dtype = (code: unknown): PendingDType | PendingOtherType => {
    const name = text(code) ?? '';
    const known = dtypeOfCode(name);
    if (known !== undefined) return new PendingDType(known, byteOrder);
    if (OTHER_TYPE.test(name)) return new PendingOtherType(name, byteOrder);
    throw fail(`expected numbers of one of ${knownCodes}, got the NumPy type ${excerpt(name)}`);
  };

  /** The bytes of the numbers or texts of an array, checked for their length. */
  const sized = (data: unknown, dtype: string, shape: readonly number[], each: number): Piece => {
    const piece = bytesPiece(data, 'the numbers of an array');
    const size = sizeOfShape(shape) * each;
    const most = piece.kind === 'bytes' ? size : 2 * size;
    if (piece.length >= size && piece.length <= most) return piece;
    const wanted = `expected ${size} bytes for ${describe({ dtype, shape })}`;
    throw fail(`${wanted}, got ${piece.length}`);
  };

  const numbers = (shape: unknown, type: unknown, order: boolean, data: unknown): PickledArray => {
    if (!isShape(shape)) throw fail('expected sizes as the shape of an array');
    if (!(type instanceof PendingDType)) throw fail('expected the type of an array');
    const { dtype, byteOrder } = type;
    const piece = sized(data, dtype, shape, storedBytes(dtype));
    return { dtype, byteOrder, fortranOrder: order, shape, piece };
  };

  /** A list of texts or of objects: a list of names is sometimes an array. */
  const others = (
    { code, bytes, byteOrder }: PendingOtherType,
    shape: unknown,
    data: unknown,
  ): PendingTexts | readonly unknown[] => {
    const isList = isShape(shape) && shape.length === 1;
    if (!isList) throw fail(`expected a list of the NumPy type ${code}, got an array of more axes`);
    // Empty texts take no bytes, so that any number of them could be claimed.
    if (bytes === 0) throw fail(`expected texts, got the NumPy type ${code}`);
    if (!code.startsWith('O'))
      return new PendingTexts(code, byteOrder, sized(data, code, shape, bytes), shape[0]);
    if (Array.isArray(data) && data.length === shape[0]) return data as readonly unknown[];
    throw fail(
      `expected a list of ${shape[0]} values, got the NumPy type ${excerpt(code)} without it`,
    );
  };

  const array = (shape: unknown, type: unknown, order: boolean, data: unknown): PickledContents =>
    type instanceof PendingOtherType
      ? others(type, shape, data)
      : numbers(shape, type, order, data);

  /** An array whose axes NumPy permutes after reading: `axes` are those of the file. */
  const exchanged = (shape: unknown, type: unknown, axes: unknown, data: unknown): PickledArray => {
    const stored = numbers(shape, type, false, data);
    const isOrder =
      Array.isArray(axes) &&
      axes.length === stored.shape.length &&
      stored.shape.every((_, axis) => axes.includes(axis));
    if (!isOrder) throw fail('expected each axis once as the axis order of an array');
    const order = axes as readonly number[];
    return { ...stored, shape: order.map((axis) => stored.shape[axis] as number), axes: order };
  };

  /** State: version, shape, type, whether in Fortran order, numbers. */
  const reconstruct = (kind: unknown): PendingArray => {
    if (kind !== ndarray) throw fail('expected an array of numpy.ndarray, got another class');
    return new PendingArray((state) => {
      const [, shape, type, order, data] = state;
      if (state.length !== 5 || typeof order !== 'boolean')
        throw fail('expected the 5 fields of an array');
      return array(shape, type, order, data);
    });
  };

  const fromBuffer = (
    data: unknown,
    type: unknown,
    shape: unknown,
    order: unknown,
    axes?: unknown,
  ): PendingArray => {
    const letter = text(order);
    if (letter !== 'C' && letter !== 'F' && letter !== 'K') {
      throw fail('expected C, F or K as the order of an array');
    }
    const pending = new PendingArray(() => {
      throw fail('expected no state for an array that is complete');
    });
    pending.value =
      letter === 'K'
        ? exchanged(shape, type, axes, data)
        : array(shape, type, letter === 'F', data);
    return pending;
  };

  const scalar = (type: unknown, data: unknown): unknown => {
    if (type instanceof PendingOtherType && !type.code.startsWith('O')) {
      const { code, bytes, byteOrder } = type;
      return new PendingTexts(code, byteOrder, sized(data, code, [], bytes));
    }
    const whole = numbers([], type, false, data);
    const { start, length } = whole.piece;
    const value = arrayOf(whole, source.view(start, start + length), path).data[0];
    if (whole.dtype === 'bool') return value === 1;
    return typeof value === 'bigint' && Number.isSafeInteger(Number(value)) ? Number(value) : value;
  };

  /** Python 2 passes the pairs as an argument; a list that occurs twice could make many dicts from few bytes. */
  const used = new WeakSet();
  const orderedDict = (pairs: unknown = []): ReadonlyMap<unknown, unknown> => {
    const isPair = (pair: unknown): boolean => Array.isArray(pair) && pair.length === 2;
    if (!Array.isArray(pairs) || !pairs.every(isPair) || used.has(pairs)) {
      throw fail('expected pairs to make an OrderedDict of');
    }
    used.add(pairs);
    return new Map(pairs as readonly [unknown, unknown][]);
  };

  const counter = (counts: unknown = new Map()): unknown => {
    if (counts instanceof Map) return counts;
    throw fail('expected a dict of the counts of a Counter');
  };

  const multiarray = { _reconstruct: reconstruct, scalar };
  return {
    '_codecs.encode': encode,
    ...named(['__builtin__', 'builtins'], { bytes: encode, bytearray: encode }),
    'collections.OrderedDict': orderedDict,
    'collections.Counter': counter,
    ...named(['numpy'], { ndarray, dtype }),
    ...named(['numpy.core.multiarray', 'numpy._core.multiarray'], multiarray),
    ...named(['numpy.core.numeric', 'numpy._core.numeric'], { _frombuffer: fromBuffer }),
  };
}

/**
 * The array whose numbers are in the bytes of its piece.
 *
 * @param view - Those bytes; they are copied.
 * @throws FormatError if a bool is neither 0 nor 1, or bytes that are written as a text are damaged.
 */
export function arrayOf(array: PickledArray, view: Uint8Array, path: string): NdArray {
  const { piece, shape, dtype } = array;
  const bytes = bytesOf(piece, view, path);
  const size = sizeOfShape(shape) * storedBytes(dtype);
  if (bytes.length === size) {
    const { axes } = array;
    if (axes === undefined) return adoptStored(bytes, array, shape, path, piece.start);
    const inFile = shape.map((_, axis) => shape[axes.indexOf(axis)] as number);
    const stored = adoptStored(bytes, array, inFile, path, piece.start);
    const strides = rowMajorStrides(inFile);
    const data = gather(
      stored.data,
      shape,
      axes.map((axis) => strides[axis] as number),
    );
    return { ...stored, shape, data };
  }
  const problem = `expected ${size} bytes for ${describe(array)}, got ${bytes.length}`;
  throw new FormatError(path, problem, piece.start);
}

type Functions = Readonly<Record<string, (...args: never[]) => unknown>>;

function named(modules: readonly string[], functions: Functions): Names {
  const entries = modules.flatMap((module) =>
    Object.entries(functions).map(([name, f]) => [`${module}.${name}`, f]),
  );
  return Object.fromEntries(entries) as Names;
}

function isShape(value: unknown): value is readonly number[] {
  const isSize = (size: unknown): boolean => Number.isSafeInteger(size) && (size as number) >= 0;
  return Array.isArray(value) && value.length <= MOST_AXES && value.every(isSize);
}
