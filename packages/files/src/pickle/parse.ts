import { Parser } from 'pickleparser';
import { type Bytes, fileBytes } from '../check.ts';
import { excerpt } from '../format/excerpt.ts';
import { type Expected, readAs } from '../format/file-kind.ts';
import { FormatError } from '../format/format-error.ts';
import type { NdArray } from '../npy/nd-array.ts';
import { arrayOf, type NamesContext, numpyNames } from './numpy.ts';
import { PendingArray, PendingDType, type PickledArray } from './pending.ts';
import { bytesOf, type PickleSource, type Piece, sourceOf, textOf } from './piece.ts';
import { PickleReader } from './reader.ts';
import { PendingTexts } from './texts.ts';

/** The longest name of a class, module or encoding that is read. */
const LONGEST_NAME = 256;

/**
 * The contents of a pickle. Tuples are lists; dicts are maps; integers beyond 2^53 are bigints; NumPy's scalars are
 * numbers, its arrays `Numbers`.
 */
export type PickleValue<Numbers = NdArray> =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | Numbers
  | readonly PickleValue<Numbers>[]
  | ReadonlyMap<PickleValue<Numbers>, PickleValue<Numbers>>
  | ReadonlySet<PickleValue<Numbers>>;

/**
 * The contents of a Python pickle of protocol 2 to 5: numbers, texts, bytes, lists, tuples, dicts, sets, NumPy's arrays
 * and scalars. Nothing in it is ever executed.
 *
 * @remarks A list that contains itself is returned as such. Texts of Python 2 are read as latin1.
 * @param path - The file's name, for error messages.
 * @throws FormatError if the pickle is truncated or damaged, of another protocol, refers to any other class or function
 * (which is named), or if the bytes of an array do not match its type and shape.
 *
 * @example
 * ```ts
 * const [names, labels] = parsePickle(bytes, 'train_label.pkl') as [string[], number[]];
 * ```
 */
export function parsePickle(input: Bytes, path: string): PickleValue {
  const bytes = fileBytes('parsePickle', input);
  return readAs(bytes, path, PICKLE, () => readPickle(sourceOf(bytes), path, inMemory(path)));
}

/** The kind of file that readers of pickles expect. */
export const PICKLE: Expected = {
  expected: 'a pickle of protocol 2 to 5',
  own: ['pickle'],
};

/** Makes the arrays of a pickle that is in memory. */
export function inMemory(path: string): OnArray<NdArray> {
  return (array, view) => arrayOf(array, view(array.piece), path);
}

/** The contents of a pickle, with arrays made by `onArray`. */
export function readPickle<Numbers>(
  source: PickleSource,
  path: string,
  onArray: OnArray<Numbers>,
): PickleValue<Numbers> {
  const { root, end } = runPickle(source, path);
  if (end < source.length) {
    const problem = `expected the end of the file, got ${source.length - end} more bytes`;
    throw new FormatError(path, problem, end);
  }
  return settlePickle(root, source, path, onArray);
}

/** What pickles of a library hold in addition to plain data and NumPy's arrays. */
export interface PickleDialect {
  /** What they hold, for error messages. */
  readonly expected: string;
  /** What to do about a file that holds something else, for error messages. */
  readonly advice: string;
  /** Additional names: functions of arguments, or {@link PendingValue}s. */
  names(context: NamesContext): Readonly<Record<string, unknown>>;
  /** What a reference to an object outside of the pickle stands for. */
  reference(id: unknown, context: NamesContext): unknown;
}

/** Makes an array from its type, shape and position in the pickle. */
export type OnArray<Numbers> = (array: PickledArray, view: (piece: Piece) => Uint8Array) => Numbers;

/** A pickle whose operations were executed, but whose texts and arrays were not read. */
export interface RawPickle {
  /** The contents, for {@link settlePickle}. */
  readonly root: unknown;
  /** The byte after the pickle. */
  readonly end: number;
}

/**
 * Runs the operations of a pickle, without reading its texts and numbers.
 *
 * @param start - The first byte of the pickle.
 * @throws FormatError if it is damaged, or refers to an unknown class or function.
 */
export function runPickle(
  source: PickleSource,
  path: string,
  start = 0,
  dialect?: PickleDialect,
): RawPickle {
  const reader = new PickleReader(source, path, start, dialect !== undefined);
  const fail = (problem: string): FormatError => reader.fail(problem);
  const text = (value: unknown): string | undefined => {
    if (typeof value === 'string') return value;
    if (!isPiece(value) || value.length > LONGEST_NAME) return undefined;
    return textOf(value, source.view(value.start, value.start + value.length), path);
  };
  const context: NamesContext = { source, path, fail, text };
  const names: Readonly<Record<string, unknown>> = {
    ...numpyNames(context),
    ...dialect?.names(context),
  };
  const { expected = 'plain data and NumPy arrays', advice = '' } = dialect ?? {};
  const parser = new Parser({
    unpicklingTypeOfDictionary: 'Map',
    unpicklingTypeOfSet: 'Set',
    nameResolver: {
      resolve(module: unknown, name: unknown) {
        const full = `${text(module)}.${text(name)}`;
        // Calling a value that is no function is an error.
        if (Object.hasOwn(names, full)) return names[full] as () => unknown;
        throw fail(`expected ${expected}, got ${full}, which is not executed${advice}`);
      },
    },
    persistentResolver: { resolve: (id: unknown) => dialect?.reference(id, context) },
  });
  try {
    return { root: parser.read(reader), end: reader.position };
  } catch (error) {
    if (error instanceof FormatError) throw error;
    const problem = error instanceof Error ? error.message : String(error);
    throw fail(`expected a pickle operation, got ${excerpt(problem)}; the file is damaged`);
  }
}

/** A value that is made only after the whole pickle has been read. */
export class PendingValue<Value> {
  readonly make: () => Value;

  constructor(make: () => Value) {
    this.make = make;
  }
}

/**
 * The contents of a pickle, with its texts and arrays made. A pickle may be settled once.
 *
 * @throws FormatError if an array or text is damaged, or is requested many times.
 */
export function settlePickle<Numbers>(
  root: unknown,
  source: PickleSource,
  path: string,
  onArray: OnArray<Numbers>,
): PickleValue<Numbers> {
  // An undamaged pickle holds no more than its own bytes, but one piece may be requested many times.
  let left = source.length;
  const view = ({ start, length }: Piece): Uint8Array => {
    left -= length;
    if (left >= 0) return source.view(start, start + length);
    throw new FormatError(
      path,
      'expected each array and text to be used once, got repeated uses',
      start,
    );
  };
  const leaf = (value: unknown): unknown => {
    if (value instanceof PendingTexts) return value.read(view(value.piece), path);
    if (value instanceof PendingArray && value.value && 'dtype' in value.value) {
      return onArray(value.value, view);
    }
    if (value instanceof PendingDType) return value.dtype;
    if (value instanceof PendingValue) return value.make();
    if (isPiece(value)) {
      const isText = value.kind === 'utf-8' || value.kind === 'latin1';
      return (isText ? textOf : bytesOf)(value, view(value), path);
    }
    const got =
      value instanceof PendingArray
        ? 'an array without numbers'
        : typeof value === 'function'
          ? 'a class'
          : 'none';
    throw new FormatError(path, `expected only values, got ${got}; the file is damaged`);
  };
  return settle(root, leaf) as PickleValue<Numbers>;
}

/** The value with every leaf replaced, in place; a leaf that occurs several times is made once. */
function settle(root: unknown, leaf: (value: unknown) => unknown): unknown {
  const seen = new Map<object, unknown>();
  const open: object[] = [];
  const settled = (held: unknown): unknown => {
    const value = inArray(held);
    if (isPlain(value)) return value;
    if (typeof value !== 'object' || value === null) return leaf(value);
    if (!seen.has(value)) {
      const isContainer = Array.isArray(value) || value instanceof Map || value instanceof Set;
      if (isContainer) open.push(value);
      seen.set(value, isContainer ? value : leaf(value));
    }
    return seen.get(value);
  };
  const result = settled(root);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (Array.isArray(next)) for (let i = 0; i < next.length; i++) next[i] = settled(next[i]);
    else if (next instanceof Map) {
      const entries = [...next];
      next.clear();
      for (const [key, value] of entries) next.set(settled(key), settled(value));
    } else if (next instanceof Set) {
      const items = [...next];
      next.clear();
      for (const item of items) next.add(settled(item));
    }
  }
  return result;
}

/** The list, for an array of texts or objects; otherwise the value itself. */
function inArray(value: unknown): unknown {
  const held = value instanceof PendingArray ? value.value : undefined;
  return held === undefined || 'dtype' in held ? value : held;
}

function isPlain(value: unknown): boolean {
  return value === null || ['boolean', 'number', 'bigint', 'string'].includes(typeof value);
}

function isPiece(value: unknown): value is Piece {
  return typeof value === 'object' && value !== null && 'kind' in value;
}
