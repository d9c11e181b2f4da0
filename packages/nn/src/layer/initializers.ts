import * as tf from '@tensorflow/tfjs-core';
import type { Random } from '@halp/random';
import { expectArray, expectPositiveIntegers, expectRandom, gotText } from '@halp/random/check';

/**
 * A tensor of initial values, owned by the caller.
 *
 * @param shape - for a weight, `[outputs, inputs]` as PyTorch stores it.
 * @param rng - one draw per number.
 */
export type Initializer = (shape: readonly number[], rng: Random) => tf.Tensor;

/**
 * Values from U(-bound, bound).
 *
 * @throws RangeError if the bound is not finite and at least 0.
 */
export function uniform(bound: number): Initializer {
  if (!(bound >= 0 && Number.isFinite(bound))) {
    throw new RangeError(`uniform: expected a finite bound of at least 0, got ${gotText(bound)}`);
  }
  return (shape, rng) => {
    const values = new Float32Array(tf.util.sizeFromShape([...shape]));
    for (let i = 0; i < values.length; i++) values[i] = (2 * rng.uniform() - 1) * bound;
    return tf.tensor(values, [...shape]);
  };
}

/**
 * Values from U(-1/√fanIn, 1/√fanIn): PyTorch's initial weights and biases of `Linear` (fanIn = inputs) and `GRU`
 * (fanIn = hidden units).
 *
 * @throws RangeError if `fanIn` is not a positive integer.
 */
export function fanInUniform(fanIn: number): Initializer {
  expectPositiveIntegers('fanInUniform', { fanIn });
  return uniform(1 / Math.sqrt(fanIn));
}

/**
 * Values from U(-a, a) with a = √(6 / (inputs + outputs)), for a weight `[outputs, inputs]` (Glorot and Bengio, 2010).
 *
 * @remarks The stacked gates of a recurrent weight `[3H, F]` count as one matrix, as in PyTorch's
 * `nn.init.xavier_uniform_`: outputs = 3H.
 * @throws RangeError if the shape is not a matrix.
 */
export const xavierUniform: Initializer = (shape, rng) => {
  expectArray('xavierUniform', 'a shape [outputs, inputs]', shape);
  expectRandom('xavierUniform', rng);
  const [outputs, inputs, ...rest] = shape;
  if (outputs === undefined || inputs === undefined || rest.length > 0) {
    throw new RangeError(
      `xavierUniform: expected a shape [outputs, inputs], got [${shape.join(', ')}]`,
    );
  }
  expectPositiveIntegers('xavierUniform', { outputs, inputs });
  return uniform(Math.sqrt(6 / (inputs + outputs)))(shape, rng);
};
