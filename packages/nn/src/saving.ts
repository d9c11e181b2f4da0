import {
  FormatError,
  formatSafetensors,
  parseSafetensors,
  toNumbers,
  type NdArray,
} from '@halp/files';
import * as tf from '@tensorflow/tfjs-core';

import type { Params } from './params.ts';

/**
 * The bytes of a safetensors file that holds the variables, float32 or int32, under their names.
 *
 * @param metadata - free text to go with them.
 *
 * @example
 * ```ts
 * await writeFileAtomic('encoder.safetensors', await saveParams(encoder.params, { epoch: '300' }));
 * ```
 */
export async function saveParams(
  params: Params,
  metadata: Readonly<Record<string, string>> = {},
): Promise<Uint8Array> {
  const tensors: Record<string, NdArray> = {};
  for (const [name, variable] of Object.entries(params)) {
    const data = await variable.data<'float32' | 'int32'>();
    if (variable.dtype !== 'float32' && variable.dtype !== 'int32') {
      throw new TypeError(
        `saveParams: expected float32 or int32, got '${name}' of ${variable.dtype}`,
      );
    }
    tensors[name] = { dtype: variable.dtype, shape: variable.shape, data };
  }
  return formatSafetensors(tensors, metadata);
}

/**
 * Sets the variables to what a safetensors file holds under their names; returns the file's metadata.
 *
 * Strict: the file must hold exactly these names and shapes, and numbers of the same kind (floating point of any width
 * for float32; integers for int32, so that PyTorch's int64 `num_batches_tracked` is read). Nothing is changed unless
 * everything fits.
 *
 * @param path - the file's name, for error messages.
 * @throws FormatError if the bytes are no such file, listing everything that is missing, unexpected, of another shape
 * or kind, or not finite.
 */
export function loadParams(
  params: Params,
  bytes: Uint8Array,
  path: string,
): Readonly<Record<string, string>> {
  const { tensors, metadata } = parseSafetensors(bytes, path);
  const problems = [
    ...Object.keys(params)
      .filter((name) => !Object.hasOwn(tensors, name))
      .map((name) => `missing: ${name}`),
    ...Object.keys(tensors)
      .filter((name) => !Object.hasOwn(params, name))
      .map((name) => `unexpected: ${name}`),
  ];
  const values: (readonly [tf.Variable, Float32Array | Int32Array])[] = [];
  for (const [name, variable] of Object.entries(params)) {
    const array = tensors[name];
    if (array === undefined) continue;
    const fitted = fit(variable, array);
    if (typeof fitted === 'string') problems.push(`${name}: ${fitted}`);
    else values.push([variable, fitted]);
  }
  if (problems.length > 0) {
    throw new FormatError(path, `expected exactly the model's variables; ${problems.join('; ')}`);
  }
  for (const [variable, data] of values) {
    tf.tidy(() => variable.assign(tf.tensor(data, variable.shape, variable.dtype)));
  }
  return metadata;
}

/** The array's numbers in the variable's type, or what is wrong with them. */
function fit(variable: tf.Variable, array: NdArray): Float32Array | Int32Array | string {
  if (!tf.util.arraysEqual(variable.shape, [...array.shape])) {
    return `expected shape [${variable.shape.join(', ')}], got [${array.shape.join(', ')}]`;
  }
  if (variable.dtype === 'int32') {
    if (!/^u?int/.test(array.dtype)) return `expected integers, got ${array.dtype}`;
    const values = toNumbers(array);
    const numbers = Int32Array.from(values);
    if (numbers.some((number, i) => number !== values[i]))
      return 'expected integers of 32 bits, got a larger one';
    return numbers;
  }
  if (!array.dtype.startsWith('float')) return `expected floating point, got ${array.dtype}`;
  const numbers =
    array.data instanceof Float32Array ? array.data : Float32Array.from(toNumbers(array));
  return numbers.every(Number.isFinite) ? numbers : 'expected finite numbers, got NaN or infinity';
}
