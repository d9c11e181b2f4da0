import * as tf from '@tensorflow/tfjs-core';
import { expectTensor } from '@halp/nn/check';

// Below this length the squares underflow in float32; PyTorch's F.normalize has the same limit.
const SMALLEST = 1e-12;

/**
 * Rows of unit length, y = x / |x| `[N, D]`; a zero row stays zero.
 *
 * Gradient: dx = (dy - y (y . dy)) / |x|, and zero for a zero row, where `tf.norm` would give NaN.
 *
 * @param x - rows `[N, D]`.
 * @throws RangeError if `x` is not of rank 2.
 * @remarks PyTorch's `F.normalize` divides by max(|x|, 1e-12), so a zero row gets the
 * gradient 1e12 dy; here its gradient is zero. Otherwise both agree.
 */
export function l2Normalize(x: tf.Tensor2D): tf.Tensor2D {
  expectTensor('l2Normalize', 'rows [N, D]', x);
  if (x.rank !== 2) {
    throw new RangeError(`l2Normalize: expected rows [N, D], got shape [${x.shape.join(', ')}]`);
  }
  const normalize = tf.customGrad((rows: tf.Tensor | tf.GradSaveFunc, save: unknown) => {
    const squares = tf.sum(tf.square(rows as tf.Tensor), 1, true);
    const inverse = tf.where(
      tf.greater(squares, SMALLEST ** 2),
      tf.rsqrt(squares),
      tf.zerosLike(squares),
    );
    const value = tf.mul(rows as tf.Tensor, inverse);
    (save as tf.GradSaveFunc)([value, inverse]);
    return {
      value,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [y, scale] = saved as [tf.Tensor, tf.Tensor];
        return tf.mul(tf.sub(dy, tf.mul(y, tf.sum(tf.mul(y, dy), 1, true))), scale);
      },
    };
  });
  return normalize(x) as tf.Tensor2D;
}
