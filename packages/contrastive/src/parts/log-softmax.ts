import * as tf from '@tensorflow/tfjs-core';

/** Added to a logit, it removes the logit from the softmax: it is far below every logit, and the sum stays finite. */
export const REMOVED = -1e9;

/**
 * The logarithm of each row's softmax, x - log sum exp(x), `[N, K]`.
 *
 * Uses operations with a kernel on every backend: `tf.logSoftmax` has none on WebAssembly.
 */
export function logSoftmax(logits: tf.Tensor2D): tf.Tensor2D {
  return tf.tidy(() => tf.sub<tf.Tensor2D>(logits, tf.logSumExp(logits, 1, true)));
}
