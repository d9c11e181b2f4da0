import type * as tf from '@tensorflow/tfjs-core';
import { expectObject, gotText } from '@halp/random/check';

export {
  expectObject,
  expectOptions,
  expectPositiveIntegers,
  gotText,
  type OptionNames,
} from '@halp/random/check';

/**
 * Throws unless the value is a tensor; nested arrays are refused.
 *
 * @throws TypeError otherwise.
 */
export function expectTensor(caller: string, what: string, x: tf.Tensor): void {
  if (isTensor(x)) return;
  throw new TypeError(
    `${caller}: expected ${what} as a tensor, got ${gotText(x)}; make one with tf.tensor`,
  );
}

/**
 * Throws unless the value is a record of variables by name, like the `params` of a layer.
 *
 * @throws TypeError otherwise, including for the layer itself.
 */
export function expectParams(caller: string, params: Readonly<Record<string, tf.Variable>>): void {
  expectObject(caller, params, 'variables by name');
  for (const [name, value] of Object.entries(params)) {
    if (isTensor(value)) continue;
    const advice = name === 'params' ? '; pass the params of the layer' : '';
    throw new TypeError(
      `${caller}: expected '${name}' to be a variable, got ${gotText(value)}${advice}`,
    );
  }
}

/**
 * Throws unless the value has the `params` and `buffers` of a layer.
 *
 * @throws TypeError otherwise.
 */
export function expectVariablesOf(
  caller: string,
  layer: Pick<AnyLayer, 'params' | 'buffers'>,
): void {
  expectObject(caller, layer, 'a layer with params and buffers');
  expectParams(caller, layer.params);
  expectParams(caller, layer.buffers);
}

/**
 * Throws unless the value is a layer, such as an encoder: an object with `params`, `buffers` and a function `apply`.
 *
 * @param what - the name of the value in the message.
 * @throws TypeError otherwise.
 */
export function expectLayer(caller: string, what: string, layer: AnyLayer): void {
  const { params, buffers, apply } = (layer ?? {}) as Partial<AnyLayer>;
  if (typeof apply === 'function' && typeof params === 'object' && typeof buffers === 'object') {
    return;
  }
  throw new TypeError(
    `${caller}: expected ${what} with params, buffers and apply(x, pass), got ${gotText(layer)}`,
  );
}

/** The checked properties of a layer with any input and output. */
export interface AnyLayer {
  /** The trained variables. */
  readonly params: Readonly<Record<string, tf.Variable>>;
  /** The other variables, such as running statistics. */
  readonly buffers: Readonly<Record<string, tf.Variable>>;
  /** The forward pass. */
  readonly apply: unknown;
}

// Not instanceof: two copies of TensorFlow.js may be loaded.
function isTensor(value: unknown): boolean {
  const { shape, dtype } = (value ?? {}) as Partial<tf.Tensor>;
  return Array.isArray(shape) && typeof dtype === 'string';
}

/** Throws unless the tensor is float32 of this shape; `null` allows any size of at least 1, and `axes` names the axes. */
export function expectShape(
  caller: string,
  x: tf.Tensor,
  shape: readonly (number | null)[],
  axes: string,
): void {
  expectTensor(caller, axes, x);
  const fits =
    x.shape.length === shape.length &&
    shape.every((size, i) => (size === null ? (x.shape[i] ?? 0) > 0 : x.shape[i] === size));
  if (!fits) {
    const wanted = shape.map((size) => size ?? 'any').join(', ');
    throw new RangeError(`${caller}: expected ${axes} = [${wanted}], got [${x.shape.join(', ')}]`);
  }
  if (x.dtype !== 'float32') throw new TypeError(`${caller}: expected float32, got ${x.dtype}`);
}

/**
 * Throws unless the value is a probability of a drop.
 *
 * @throws RangeError if it is outside [0, 1).
 */
export function expectDropProbability(caller: string, name: string, value: number): void {
  if (typeof value === 'number' && value >= 0 && value < 1) return;
  throw new RangeError(`${caller}: expected ${name} in [0, 1), got ${gotText(value)}`);
}
