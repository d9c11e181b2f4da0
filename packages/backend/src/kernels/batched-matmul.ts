import * as tf from '@tensorflow/tfjs-core';
import type { Replacement } from './replace-kernel.ts';

/**
 * Replaces a `BatchMatMul` that uses the wrong matrices if both factors have different batch shapes,
 * such as `[N, 1]` and `[N, T]`: it repeats the matrices first. Other calls go to the stock kernel.
 *
 * @remarks The stock kernels of TensorFlow.js's cpu, wasm and webgpu backends (4.22.0) use matrix i modulo the number of
 * matrices of each factor, which is right only if one of the two numbers is 1; the kernel of the
 * webgl backend refuses batches if neither factor has the product's number of matrices.
 */
export const repeatingMatMul: Replacement = (given, stock) => {
  const { a, b } = given.inputs as { a: tf.Tensor; b: tf.Tensor };
  const [ofA, ofB] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
  const one = (batch: readonly number[]): boolean => batch.every((size) => size === 1);
  if (tf.util.arraysEqual(ofA, ofB) || one(ofA) || one(ofB)) return stock(given);
  const batch = tf.broadcast_util.assertAndGetBroadcastShape(ofA, ofB);
  const whole = (x: tf.Tensor): tf.Tensor => tf.broadcastTo(x, [...batch, ...x.shape.slice(-2)]);
  return tf.tidy(() => {
    const inputs = { a: whole(a), b: whole(b) };
    const info = stock({ ...given, inputs }) as tf.TensorInfo;
    return tf.engine().makeTensorFromTensorInfo(info);
  });
};
