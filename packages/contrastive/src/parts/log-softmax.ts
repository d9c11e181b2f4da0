import * as tf from '@tensorflow/tfjs-core';

/** Added to a logit, takes it out of its softmax: far below every logit, and its sum with one stays finite. */
export const NOWHERE = -1e9;

/**
 * The logarithm of each row's softmax, x - log sum exp(x), `[N, K]`.
 *
 * In operations that every backend has a kernel for: `tf.logSoftmax` has none on WebAssembly.
 */
export function logSoftmax(logits: tf.Tensor2D): tf.Tensor2D {
  return tf.tidy(() => tf.sub<tf.Tensor2D>(logits, tf.logSumExp(logits, 1, true)));
}
