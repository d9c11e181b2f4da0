import * as tf from '@tensorflow/tfjs-core';
import type { Params } from '@halp/nn';

/**
 * Throws unless every variable is finite. Some kernels turn NaN into 0, so a loss can stay finite after weights diverged.
 *
 * @throws RangeError otherwise.
 */
export async function expectFiniteWeights(variables: Params, epoch: number): Promise<void> {
  const sum = tf.tidy(() =>
    tf.addN(Object.values(variables).map((variable) => tf.sum(tf.cast(variable, 'float32')))),
  );
  const [value = NaN] = await sum.data();
  sum.dispose();
  if (Number.isFinite(value)) return;
  throw new RangeError(
    `fineTune: expected finite weights, got a sum of ${value} after epoch ${epoch}; ` +
      `lower the learning rate`,
  );
}
