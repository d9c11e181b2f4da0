import { excerpt } from './excerpt.ts';
import { FormatError } from './format-error.ts';
import { describe, sizeOfShape, type NdArray } from './nd-array.ts';
import { bytesOf, type PickleSource, type Piece } from './pickle-piece.ts';
import {
  adoptStored,
  dtypeOfCode,
  knownCodes,
  storedBytes,
  type StoredDType,
  type StoredNumbers,
} from './stored.ts';

/** An array in a pickle whose numbers have not been read: type, shape, order and place. Plain data. */
export interface PickledArray extends StoredNumbers {
  /** The size of each axis. */
  readonly shape: readonly number[];
  /** Where its numbers stand in the file. */
  readonly piece: Piece;
}

/** A NumPy array of which the pickle has said that it is one, and perhaps which. */
export class PendingArray {
  value: PickledArray | undefined;
  readonly #make: (state: readonly unknown[]) => PickledArray;

  constructor(make: (state: readonly unknown[]) => PickledArray) {
    this.#make = make;
  }

  /** Called by pickleparser. */
  __setstate__(state: readonly unknown[]): void {
    this.value = this.#make(state);
  }
}

/** A NumPy type of which the pickle has said the code, and perhaps the byte order. */
export class PendingDType {
  byteOrder: 'little' | 'big' = 'little';
  readonly dtype: StoredDType;
  readonly #orderOf: (value: unknown) => 'little' | 'big';

  constructor(dtype: StoredDType, orderOf: (value: unknown) => 'little' | 'big') {
    this.dtype = dtype;
    this.#orderOf = orderOf;
  }

  /** Called by pickleparser with `(version, order, …)`. */
  __setstate__([, order]: readonly unknown[]): void {
    this.byteOrder = this.#orderOf(order);
  }
}

/** What the names in a pickle stand for: functions of the arguments that the pickle calls them with. */
export type Names = Readonly<Record<string, (...args: readonly unknown[]) => unknown>>;

/** Where the names are used. */
export interface NamesContext {
  readonly source: PickleSource;
  readonly path: string;
  /** An error at the byte that is read next. */
  readonly fail: (problem: string) => FormatError;
  /** What a value is as a short text; undefined if it is none. */
  readonly text: (value: unknown) => string | undefined;
}

/** NumPy's own limit. */
const MOST_AXES = 64;

/** The class itself, which is handed to `_reconstruct` and never called. */
const ndarray = (): never => {
  throw new TypeError('an array is made by _reconstruct');
};

/**
 * The functions of Python and NumPy that pickles of arrays, scalars and bytes call. Each only arranges
 * its arguments, in constant time; nothing else can be called.
 */
export function numpyNames(context: NamesContext): Names {
  const { source, path, fail, text } = context;
  const isPiece = (value: unknown): value is Piece =>
    typeof value === 'object' && value !== null && 'kind' in value;

  /** Bytes, or a text of Python 2, which is the same. */
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

  const dtype = (code: unknown): PendingDType => {
    const name = text(code) ?? '';
    const known = dtypeOfCode(name);
    if (known !== undefined) return new PendingDType(known, byteOrder);
    throw fail(`expected numbers of one of ${knownCodes}, got the NumPy type ${excerpt(name)}`);
  };

  const array = (shape: unknown, type: unknown, order: boolean, data: unknown): PickledArray => {
    if (!isShape(shape)) throw fail('expected sizes as the shape of an array');
    if (!(type instanceof PendingDType)) throw fail('expected the type of an array');
    const piece = bytesPiece(data, 'the numbers of an array');
    const size = sizeOfShape(shape) * storedBytes(type.dtype);
    const most = piece.kind === 'bytes' ? size : 2 * size;
    if (!(piece.length >= size && piece.length <= most)) {
      const wanted = `expected ${size} bytes for ${describe({ dtype: type.dtype, shape })}`;
      throw fail(`${wanted}, got ${piece.length}`);
    }
    const { byteOrder } = type;
    return { dtype: type.dtype, byteOrder, fortranOrder: order, shape, piece };
  };

  /** State: version, shape, type, whether in Fortran order, numbers. */
  const reconstruct = (kind: unknown): PendingArray => {
    if (kind !== ndarray) throw fail('expected an array of numpy.ndarray, got another class');
    return new PendingArray((state) => {
      const [, shape, type, order, data] = state;
      if (state.length !== 5 || typeof order !== 'boolean')
        throw fail('expected 5 facts of an array');
      return array(shape, type, order, data);
    });
  };

  const fromBuffer = (
    data: unknown,
    type: unknown,
    shape: unknown,
    order: unknown,
  ): PendingArray => {
    const letter = text(order);
    if (letter !== 'C' && letter !== 'F') throw fail('expected C or F as the order of an array');
    const pending = new PendingArray(() => {
      throw fail('expected no state of an array that is whole');
    });
    pending.value = array(shape, type, letter === 'F', data);
    return pending;
  };

  const scalar = (type: unknown, data: unknown): unknown => {
    const whole = array([], type, false, data);
    const { start, length } = whole.piece;
    const value = arrayOf(whole, source.view(start, start + length), path).data[0];
    if (whole.dtype === 'bool') return value === 1;
    return typeof value === 'bigint' && Number.isSafeInteger(Number(value)) ? Number(value) : value;
  };

  /** Python 2 gives the pairs at once; a list twice could make many dicts of few bytes. */
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
 * The array whose numbers stand in the bytes of its piece.
 *
 * @param view Those bytes; they are copied.
 * @throws FormatError if a bool is neither 0 nor 1, or bytes that are written as a text are damaged.
 */
export function arrayOf(array: PickledArray, view: Uint8Array, path: string): NdArray {
  const { piece, shape, dtype } = array;
  const bytes = bytesOf(piece, view, path);
  const size = sizeOfShape(shape) * storedBytes(dtype);
  if (bytes.length === size) return adoptStored(bytes, array, shape, path, piece.start);
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
