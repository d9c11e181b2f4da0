import * as tf from '@tensorflow/tfjs-core';
import { expectTensor } from '../check.ts';

const HALF_ROOT = Math.SQRT1_2;
const DENSITY_AT_ZERO = 1 / Math.sqrt(2 * Math.PI);

/**
 * x·Φ(x), with Φ(x) = (1 + erf(x/√2)) / 2 the standard normal distribution (Hendrycks and Gimpel, arXiv 1606.08415,
 * section 2): PyTorch's `gelu` without an approximation.
 *
 * @param x - of any shape; the caller owns it and the result.
 */
export function gelu<T extends tf.Tensor>(x: T): T {
  expectTensor('gelu', 'x', x);
  return tf.customGrad((...args: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const [x, save] = args as [tf.Tensor, tf.GradSaveFunc];
    save([x]);
    return {
      value: tf.mul(x, distribution(x)),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const dx = tf.tidy(() => {
          const x = saved[0] as tf.Tensor;
          const density = tf.mul(tf.exp(tf.mul(tf.square(x), -0.5)), DENSITY_AT_ZERO);
          return tf.mul(dy, tf.add(distribution(x), tf.mul(x, density)));
        });
        // TensorFlow.js would keep it until the whole backward pass is done.
        tf.dispose(saved);
        return dx;
      },
    };
  })(x) as T;
}

/** Φ(x). */
function distribution(x: tf.Tensor): tf.Tensor {
  return tf.add(tf.mul(tf.erf(tf.mul(x, HALF_ROOT)), 0.5), 0.5);
}
