import * as tf from '@tensorflow/tfjs-core';
import { hasSlowBatchedProducts } from './mix-joints.ts';

/**
 * y[n, t, p, c] = Σ_v matrix[n, p, v] · x[n, t, v, c], `[N, P, V]` and `[N, T, V, C]` to `[N, T, P, C]`: the
 * mixture of joints is the same in every frame of a clip and differs between clips. `mixJoints` has one for all clips.
 */
export function mixJointsByClip(matrix: tf.Tensor3D, x: tf.Tensor4D): tf.Tensor4D {
  return tf.customGrad((...args: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const [matrix, x, save] = args as [tf.Tensor3D, tf.Tensor4D, tf.GradSaveFunc];
    save([matrix, x]);
    return {
      value: product(matrix, x, false),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const gradients = tf.tidy(() => {
          const [matrix, x] = saved as [tf.Tensor3D, tf.Tensor4D];
          return [matrixGradient(dy as tf.Tensor4D, x), product(matrix, dy as tf.Tensor4D, true)];
        });
        // TensorFlow.js would keep them until the whole backward pass is done.
        tf.dispose(saved);
        return gradients;
      },
    };
  })(matrix, x);
}

/** matrix · x, or its transpose · x. */
function product(matrix: tf.Tensor3D, x: tf.Tensor4D, transposed: boolean): tf.Tensor4D {
  if (!hasSlowBatchedProducts()) {
    return tf.matMul(tf.expandDims<tf.Tensor4D>(matrix, 1), x, transposed, false);
  }
  const [clips, frames, , channels] = x.shape;
  const mixed = tf.matMul(matrix, jointsFirst(x), transposed, false);
  return tf.transpose(tf.reshape<tf.Rank.R4>(mixed, [clips, -1, frames, channels]), [0, 2, 1, 3]);
}

function matrixGradient(dy: tf.Tensor4D, x: tf.Tensor4D): tf.Tensor {
  if (!hasSlowBatchedProducts()) return tf.sum(tf.matMul(dy, x, false, true), 1);
  return tf.matMul(jointsFirst(dy), jointsFirst(x), false, true);
}

/** `[N, T, V, C]` to `[N, V, T·C]`. */
function jointsFirst(x: tf.Tensor4D): tf.Tensor3D {
  return tf.reshape(tf.transpose(x, [0, 2, 1, 3]), [x.shape[0], x.shape[2], -1]);
}
