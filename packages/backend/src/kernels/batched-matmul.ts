import * as tf from '@tensorflow/tfjs-core';
import type { Replacement } from './replace-kernel.ts';

/**
 * Stands in the place of a `BatchMatMul` that takes the wrong matrices where both factors have batches that are not equal,
 * such as `[N, 1]` and `[N, T]`: repeats them first. Everything else is left to the stock kernel.
 *
 * @remarks The stock kernels of TensorFlow.js's cpu, wasm and webgpu backends (4.22.0) take matrix i modulo the number of
 * matrices of each factor, which is right only where one of the two numbers is 1; that of its
 * webgl backend refuses batches of which neither has the product's number.
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
