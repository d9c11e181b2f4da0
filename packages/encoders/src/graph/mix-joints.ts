import * as tf from '@tensorflow/tfjs-core';

/**
 * y[b, p, c] = Σ_v matrix[p, v] · x[b, v, c], `[P, V]` and `[B, V, C]` to `[B, P, C]`: the same mixture of joints in every
 * frame.
 *
 * The gradient of the matrix is a sum of small products over B, because one product over all B·C numbers of a joint is
 * several times slower.
 */
export function mixJoints(matrix: tf.Tensor2D, x: tf.Tensor3D): tf.Tensor3D {
  return tf.customGrad((...args: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const [matrix, x, save] = args as [tf.Tensor2D, tf.Tensor3D, tf.GradSaveFunc];
    save([matrix, x]);
    return {
      value: jointProduct(matrix, x, false),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [matrix, x] = saved as [tf.Tensor2D, tf.Tensor3D];
        return tf.tidy(() => [
          sumOfProducts(dy as tf.Tensor3D, x),
          jointProduct(matrix, dy as tf.Tensor3D, true),
        ]);
      },
    };
  })(matrix, x);
}

/** matrix · x[b] for every b, or its transpose · x[b], off the tape. */
export function jointProduct(
  matrix: tf.Tensor2D,
  x: tf.Tensor3D,
  transposed: boolean,
): tf.Tensor3D {
  if (!hasSlowBatchedProducts()) {
    return tf.matMul<tf.Tensor3D>(matrix, x, transposed, false);
  }
  const mixed = tf.matMul(matrix, jointsFirst(x), transposed, false);
  return tf.transpose(tf.reshape<tf.Rank.R3>(mixed, [-1, x.shape[0], x.shape[2]]), [1, 0, 2]);
}

/** Σ_b dy[b] · x[b]ᵀ, `[B, P, C]` and `[B, V, C]` to `[P, V]`. */
export function sumOfProducts(dy: tf.Tensor3D, x: tf.Tensor3D): tf.Tensor {
  const [, parts] = dy.shape;
  const [batch, joints] = x.shape;
  if (!hasSlowBatchedProducts()) {
    const products = tf.reshape<tf.Rank.R2>(tf.matMul(dy, x, false, true), [batch, parts * joints]);
    // A product with ones, which is several times faster than a sum.
    return tf.reshape(tf.matMul(tf.ones<tf.Rank.R2>([1, batch]), products), [parts, joints]);
  }
  return tf.matMul(jointsFirst(dy), jointsFirst(x), false, true);
}

/** `[B, V, C]` to `[V, B·C]`. */
function jointsFirst(x: tf.Tensor3D): tf.Tensor2D {
  return tf.reshape<tf.Rank.R2>(tf.transpose(x, [1, 0, 2]), [x.shape[1], -1]);
}

/** Whether the backend multiplies a batch of small matrices one by one; two transpositions and one product cost less. */
export function hasSlowBatchedProducts(): boolean {
  return tf.getBackend() === 'wasm';
}
