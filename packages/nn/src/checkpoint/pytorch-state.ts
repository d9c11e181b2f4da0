import * as tf from '@tensorflow/tfjs-core';
import { FormatError, type NdArray, toNumbers } from '@halp/files';
import { expectObject, expectOptions, nearestName, type OptionNames } from '@halp/random/check';
import { expectParams } from '../check.ts';
import type { Params } from '../layer/params.ts';

/** Options of {@link loadStateInto}. */
export interface LoadStateOptions {
  /**
   * Tensors of the file that are skipped where the model does not have them: names, or submodules (`fc` stands for `fc`
   * and `fc.*`). Default: none.
   */
  readonly ignore?: readonly string[];
}

/** Most differences that a message lists. */
const MOST_LISTED = 10;

/**
 * The values of variables, float32 or int32, as arrays for any file format; {@link loadStateInto} is the inverse.
 *
 * Integers become int64, the type of PyTorch's `num_batches_tracked`.
 *
 * @throws TypeError if a variable has another type.
 *
 * @example
 * ```ts
 * const bytes = formatPyTorch({ state_dict: await stateArrays(mergeParams(encoder.params, encoder.buffers)) });
 * ```
 */
export async function stateArrays(params: Params): Promise<Readonly<Record<string, NdArray>>> {
  expectParams('stateArrays', params);
  const arrays: Record<string, NdArray> = {};
  for (const [name, variable] of Object.entries(params)) {
    const { dtype, shape } = variable;
    if (dtype !== 'float32' && dtype !== 'int32') {
      throw new TypeError(`stateArrays: expected float32 or int32, got '${name}' of ${dtype}`);
    }
    const data = await variable.data<'float32' | 'int32'>();
    arrays[name] =
      dtype === 'float32'
        ? { dtype, shape, data }
        : { dtype: 'int64', shape, data: BigInt64Array.from(data, BigInt) };
  }
  return arrays;
}

const optionNames: OptionNames<LoadStateOptions> = {
  ignore: true,
};

/**
 * Sets the variables to the arrays of the same names.
 *
 * Strict: names and shapes have to match exactly, and so does the kind of number: finite floating point of any width for
 * float32, integers of at most 32 bits for int32 (stored as int64 in PyTorch's `num_batches_tracked`). Either every
 * variable is set or none.
 *
 * @param tensors - as `parsePyTorch` with `stateOf`, or `parseSafetensors`, returns them; not kept.
 * @param path - the file's name, for error messages.
 * @throws FormatError if they do not match, listing the first ten differences: missing names (with the nearest name in
 * the file), unexpected names, other shapes or kinds, numbers that are not finite.
 *
 * @example
 * ```ts
 * const { tensors } = stateOf(parsePyTorch(bytes, path), path);
 * const encoder = stGcn({ layout: kinectV2 }, createRandom(0));
 * const own = mergeParams(encoder.params, encoder.buffers);
 * loadStateInto(own, withoutPrefix('encoder_q', tensors), path, { ignore: ['fc'] });
 * ```
 */
export function loadStateInto(
  params: Params,
  tensors: Readonly<Record<string, NdArray>>,
  path: string,
  options: LoadStateOptions = {},
): void {
  expectParams('loadStateInto', params);
  expectObject('loadStateInto', tensors, 'arrays by name');
  const { ignore = [] } = expectOptions('loadStateInto', options, optionNames);
  const isIgnored = (name: string): boolean =>
    ignore.some((part) => name === part || name.startsWith(`${part}.`));
  const names = Object.keys(params);
  const others = Object.keys(tensors).filter((name) => !Object.hasOwn(params, name));
  const unknown = others.filter((name) => !isIgnored(name));
  const absent = names.filter((name) => !Object.hasOwn(tensors, name));
  const problems = [
    ...absent.map((name, i) => missing(name, i < MOST_LISTED ? unknown : [])),
    ...unknown.map((name) => `unexpected: ${name}`),
  ];
  const values: (readonly [tf.Variable, Float32Array | Int32Array])[] = [];
  for (const [name, variable] of Object.entries(params)) {
    const array = Object.hasOwn(tensors, name) ? tensors[name] : undefined;
    if (array === undefined) continue;
    const fitted = fit(variable, array);
    if (typeof fitted === 'string') problems.push(`${name}: ${fitted}`);
    else values.push([variable, fitted]);
  }
  if (problems.length > 0) {
    const listed = problems.slice(0, MOST_LISTED).join('; ');
    const more = problems.length - MOST_LISTED;
    const rest = more > 0 ? `; ... and ${more} more` : '';
    throw new FormatError(path, `expected exactly the model's variables; ${listed}${rest}`);
  }
  for (const [variable, data] of values) {
    tf.tidy(() => variable.assign(tf.tensor(data, variable.shape, variable.dtype)));
  }
}

/** A line for a name that the file lacks, with the most similar name in the file. */
function missing(name: string, others: readonly string[]): string {
  const nearest = nearestName(name, others);
  return `missing: ${name}${nearest === undefined ? '' : ` (the file has ${nearest})`}`;
}

/** The array's numbers in the variable's type, or the difference in words. */
function fit(variable: tf.Variable, array: NdArray): Float32Array | Int32Array | string {
  if (!tf.util.arraysEqual(variable.shape, [...array.shape])) {
    return `expected shape [${variable.shape.join(', ')}], got [${array.shape.join(', ')}]`;
  }
  if (variable.dtype === 'int32') {
    if (!/^u?int/.test(array.dtype)) return `expected integers, got ${array.dtype}`;
    const numbers = Int32Array.from(array.data, Number);
    const fits = numbers.every((number, i) => BigInt(number) === BigInt(array.data[i] ?? 0));
    return fits ? numbers : 'expected integers of 32 bits, got a larger one';
  }
  if (!array.dtype.startsWith('float')) return `expected floating point, got ${array.dtype}`;
  const numbers =
    array.data instanceof Float32Array ? array.data : Float32Array.from(toNumbers(array));
  return numbers.every(Number.isFinite) ? numbers : 'expected finite numbers, got NaN or infinity';
}
