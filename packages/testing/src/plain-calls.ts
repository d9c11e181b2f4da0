import type * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { type BackendName, startBackend } from '@halp/backend';
import { createRandom } from '@halp/random';

/** A value that a plain JavaScript caller may pass, and its name in the test's report. */
export type NamedValue = readonly [what: string, value: unknown];

/** One argument of a valid call. */
export interface PlainArgument {
  /** The value of the valid call. */
  readonly value: unknown;
  /** Values that have to be refused. */
  readonly wrong: readonly NamedValue[];
  /** Other values that have to be accepted. */
  readonly accepted: readonly NamedValue[];
}

/**
 * The arguments of a valid call of one function, created for every call; or why it is not called here; or why only wrong
 * calls are made.
 */
export type PlainCase =
  | (() => readonly PlainArgument[])
  | { readonly exempt: string }
  | {
      /** Why a valid call is not made. */
      readonly refusalsOnly: string;
      readonly args: () => readonly PlainArgument[];
    };

/** Options of {@link plainCalls}. */
export interface PlainCallOptions {
  /** The TensorFlow.js backend for functions of tensors. */
  readonly backend?: BackendName;
  /** Exports that are not the package's own functions. */
  readonly except?: readonly string[];
}

/**
 * Declares one test for each exported function of `entry`: a valid call succeeds, and each wrong argument gives a one-line
 * error `<function>: expected <what>, got <what>`, a RangeError, TypeError or FormatError. One more test
 * fails unless every exported function has an entry in `cases`.
 *
 * @param name - The package's name in the tests.
 * @param entry - The module, `import * as entry`.
 * @param cases - One entry for each exported function.
 */
export function plainCalls(
  name: string,
  entry: object,
  cases: Readonly<Record<string, PlainCase>>,
  { backend, except = [] }: PlainCallOptions = {},
): void {
  const functions = Object.entries(entry).filter(
    (pair): pair is [string, PlainFunction] =>
      typeof pair[1] === 'function' && !isClass(pair[1]) && !except.includes(pair[0]),
  );
  describe(`${name}, called from plain JavaScript`, () => {
    test('has a case for every exported function', () => {
      expect(Object.keys(cases).sort()).toEqual(functions.map(([key]) => key).sort());
    });
    for (const [key, call] of functions) {
      const made = cases[key];
      if (made === undefined || 'exempt' in made) continue;
      test(`${key} refuses what it cannot use in one clear line`, async () => {
        if (backend !== undefined) await startBackend({ prefer: backend });
        const [args, isValid] = typeof made === 'function' ? [made, true] : [made.args, false];
        expect(await problemsOf(key, call, args, isValid)).toEqual([]);
      });
    }
  });
}

type PlainFunction = (...args: unknown[]) => unknown;

const isClass = (value: unknown): boolean => /^class\b/.test(String(value));

async function problemsOf(
  name: string,
  call: PlainFunction,
  made: () => readonly PlainArgument[],
  isValid: boolean,
): Promise<string[]> {
  const problems: string[] = [];
  const valid = isValid ? await thrownBy(call, valuesOf(made())) : undefined;
  if (valid !== undefined) problems.push(`a valid call: ${textOf(valid)}`);
  for (const [place, argument] of made().entries()) {
    for (const kind of isValid ? (['wrong', 'accepted'] as const) : (['wrong'] as const)) {
      for (const [index, [what]] of argument[kind].entries()) {
        const fresh = made();
        const value = (fresh[place] as PlainArgument)[kind][index]?.[1];
        const thrown = await thrownBy(call, valuesOf(fresh).with(place, value));
        const problem = kind === 'wrong' ? refusal(name, thrown, value) : acceptance(thrown);
        if (problem !== undefined) problems.push(`argument ${place}, ${what}: ${problem}`);
      }
    }
  }
  return problems;
}

const valuesOf = (args: readonly PlainArgument[]): unknown[] => args.map(({ value }) => value);

/** The error that the call throws, rejects with or, if it returns an iterator, throws at the first value. */
async function thrownBy(call: PlainFunction, args: unknown[]): Promise<unknown> {
  try {
    const result = await call(...args);
    if (isIterator(result)) {
      await result.next();
      await result.return?.();
    }
    await letGo(result);
    return undefined;
  } catch (error) {
    return error ?? 'nothing';
  }
}

/** Closes what a call has opened; otherwise the garbage collector does, with a warning during another test. */
async function letGo(result: unknown): Promise<void> {
  if (typeof result !== 'object' || result === null) return;
  const held = result as Partial<Record<'close' | 'discard' | 'release', () => unknown>>;
  const end = held.discard ?? held.close ?? held.release;
  await end?.call(result);
}

function isIterator(value: unknown): value is AsyncIterator<unknown> {
  return typeof value === 'object' && value !== null && 'next' in value;
}

const textOf = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error);

const acceptance = (thrown: unknown): string | undefined =>
  thrown === undefined ? undefined : `expected to be accepted, got ${textOf(thrown)}`;

function refusal(name: string, thrown: unknown, value: unknown): string | undefined {
  if (thrown === undefined) return 'accepted in silence';
  const kinds = ['RangeError', 'TypeError', 'FormatError'];
  const text = textOf(thrown);
  if (!(thrown instanceof Error) || !kinds.includes(thrown.name)) return text;
  const clear = thrown.message.startsWith(`${name}: expected `) && thrown.message.includes(' got ');
  if (!clear || thrown.message.includes('\n')) return text;
  const quoted = textIn(value);
  return quoted !== undefined && !thrown.message.includes(`'${quoted}'`)
    ? `does not say that '${quoted}' is a text: ${text}`
    : undefined;
}

/** The wrong text of an argument: itself, or its only field with a number as text. */
function textIn(value: unknown): string | undefined {
  if (typeof value === 'string') return value.length > 20 ? undefined : value;
  if (typeof value !== 'object' || value === null) return undefined;
  const marked = (value as { readonly [WRONG]?: string })[WRONG];
  return marked;
}

const WRONG = Symbol('the wrong text');

/** An argument that is passed as given. */
export const anything = (value: unknown, wrong: readonly NamedValue[] = []): PlainArgument => ({
  value,
  wrong,
  accepted: [],
});

const excluded: NamedValue = ['left out', undefined];

/** A random stream: refused when left out, as a seed, or as another object. */
export const anRng = (): PlainArgument =>
  anything(createRandom(0), [excluded, ['a number', 7], ['another object', {}]]);

/** A required number. */
export const aNumber = (value: number): PlainArgument =>
  anything(value, [excluded, ...wrongNumbers(value)]);

/** An optional number. */
export const anOptionalNumber = (value: number): PlainArgument =>
  anything(value, wrongNumbers(value));

const wrongNumbers = (value: number): NamedValue[] => [
  ['a number as text', String(value)],
  ['NaN', Number.NaN],
];

/** A required text. */
export const aText = (value: string): PlainArgument => anything(value, [excluded, ['a number', 7]]);

/** A list: refused when left out or as a number. */
export const aList = (value: readonly unknown[]): PlainArgument =>
  anything(value, [excluded, ['a number', 7]]);

/** An object without checked fields. */
export const anObject = (value: object): PlainArgument =>
  anything(value, [excluded, ['a number', 7]]);

/** A function. */
export const aFunction = (value: unknown): PlainArgument =>
  anything(value, [excluded, ['a number', 7]]);

/** Required options: {@link fields}, and refused with a name that no option has. */
export const options = (value: Readonly<Record<string, unknown>>): PlainArgument => {
  const { wrong, ...rest } = fields(value);
  return { ...rest, wrong: [...wrong, ['a misspelt option', { ...value, misspeltName: 1 }]] };
};

/** Options that may be omitted. */
export const optionalOptions = (value: Readonly<Record<string, unknown>>): PlainArgument => {
  const { wrong, ...rest } = options(value);
  return { ...rest, wrong: wrong.filter((named) => named !== excluded) };
};

/**
 * A required object that may have more fields, such as a batch; each number is refused as text and as NaN, each layout
 * accepts its name.
 */
export function fields(value: Readonly<Record<string, unknown>>): PlainArgument {
  const wrong: NamedValue[] = [excluded, ['a number', 7], ['null', null]];
  const accepted: NamedValue[] = [];
  for (const [key, field] of Object.entries(value)) {
    const put = (other: unknown): object => ({
      ...value,
      [key]: other,
      ...(typeof other === 'string' ? { [WRONG]: other } : {}),
    });
    if (typeof field === 'number') {
      wrong.push([`${key} as text`, put(String(field))], [`${key} NaN`, put(Number.NaN)]);
    }
    if (isLayout(field)) {
      accepted.push([`${key} as its name`, { ...value, [key]: field.name }]);
      wrong.push([`${key} of an unknown name`, put('kinekt')], [`${key} a number`, put(25)]);
    }
  }
  return { value, wrong, accepted };
}

const isLayout = (value: unknown): value is { readonly name: string } =>
  typeof value === 'object' && value !== null && 'joints' in value && 'bones' in value;

/** A layout or its name. */
export const aLayout = (value: { readonly name: string }): PlainArgument => ({
  value,
  wrong: [excluded, ['an unknown name', 'kinekt'], ['a number', 25], ['another object', {}]],
  accepted: [['its name', value.name]],
});

/** A clip of finite numbers, `[C, T, V, M]`. */
export function aClip(shape: readonly [number, number, number, number]): PlainArgument {
  const length = shape.reduce((product, size) => product * size, 1);
  const data = Float32Array.from({ length }, (_, i) => Math.sin(i + 1));
  const [C, T, V] = shape;
  return anything({ data, shape }, [
    excluded,
    ['the numbers alone', data],
    ['a plain array as data', { data: Array.from(data), shape }],
    ['doubles as data', { data: Float64Array.from(data), shape }],
    ['no shape', { data }],
    ['no person axis', { data: data.slice(0, C * T * V), shape: [C, T, V] }],
    ['too few numbers', { data: data.subarray(1), shape }],
    ['a size as text', { data, shape: [C, String(T), ...shape.slice(2)] }],
  ]);
}

/** Bytes of a binary format; a text is refused. */
export const bytes = (value: Uint8Array): PlainArgument => ({
  ...anything(value, [excluded, ['a number', 7], ['a plain array', [1, 2]], ['text', 'some text']]),
  accepted: [['an ArrayBuffer', Uint8Array.from(value).buffer]],
});

/** Bytes of a text format; text is accepted too. */
export const textBytes = (text: string): PlainArgument => {
  const value = new TextEncoder().encode(text);
  return {
    ...anything(value, [excluded, ['a number', 7], ['a plain array', [1, 2]]]),
    accepted: [
      ['text', text],
      ['an ArrayBuffer', Uint8Array.from(value).buffer],
    ],
  };
};

/** A tensor: refused when left out, as nested arrays, or as numbers. */
export const aTensor = (value: tf.Tensor): PlainArgument =>
  anything(value, [excluded, ['nested arrays', value.arraySync()], ['a number', 7]]);

/** A typed array: refused when left out or as a plain array. */
export const numbers = (value: Int32Array | Float32Array | Float64Array): PlainArgument =>
  anything(value, [excluded, ['a plain array', Array.from(value)]]);

/** Labelled features. */
export function someFeatures(value: {
  readonly features: Float32Array;
  readonly labels: Int32Array;
}): PlainArgument {
  return anything(value, [
    excluded,
    ['the numbers alone', value.features],
    ['features as a plain array', { ...value, features: Array.from(value.features) }],
    ['labels as a plain array', { ...value, labels: Array.from(value.labels) }],
    ['no labels', { ...value, labels: undefined }],
    ['too few labels', { ...value, labels: value.labels.subarray(1) }],
  ]);
}
