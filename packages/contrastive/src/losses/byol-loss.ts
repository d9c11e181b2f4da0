import * as tf from '@tensorflow/tfjs-core';
import { withoutGradient } from '@halp/nn';
import { expectRows } from '../check.ts';
import { l2Normalize } from '../parts/l2-normalize.ts';

/**
 * The BYOL loss: the mean over the batch of |p - z|^2 = 2 - 2 cos(p, z), both of unit length, in [0, 4].
 *
 * Source: Grill et al., BYOL (arXiv 2006.07733), equation 2. Only the prediction receives a gradient.
 *
 * @param prediction - p `[N, D]`, normalised here; differentiable.
 * @param target - z `[N, D]`, normalised here; a constant.
 * @throws RangeError if the shapes differ.
 *
 * @example
 * ```ts
 * byolLoss(tf.tensor2d([[1, 0]]), tf.tensor2d([[0, 5]])).print(); // 2: orthogonal
 * ```
 */
export function byolLoss(prediction: tf.Tensor2D, target: tf.Tensor2D): tf.Scalar {
  expectRows('byolLoss', prediction, target);
  return tf.tidy(() => {
    const unit = withoutGradient(() => l2Normalize(target));
    const cosines = tf.sum(tf.mul(l2Normalize(prediction), unit), 1);
    return tf.sub<tf.Scalar>(2, tf.mul(tf.mean(cosines), 2));
  });
}
