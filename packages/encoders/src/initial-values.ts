import * as tf from '@tensorflow/tfjs-core';
import type { Initializer } from '@halp/nn';

/**
 * Values from N(mean, deviation²).
 *
 * @param mean - Default: 0.
 */
export function normal(deviation: number, mean = 0): Initializer {
  return (shape, rng) => {
    const size = tf.util.sizeFromShape([...shape]);
    const values = Float32Array.from({ length: size }, () => mean + deviation * rng.normal());
    return tf.tensor(values, [...shape]);
  };
}

/**
 * Values from N(0, 2 / (O·K)) for the weight `[O, I, K, 1]` of a convolution: PyTorch's `kaiming_normal_` with
 * `mode='fan_out'` (He et al., ICCV 2015, section 2.2, backward case).
 */
export const fanOutNormal: Initializer = (shape, rng) => {
  const [outputs = 1, , ...window] = shape;
  return normal(Math.sqrt(2 / (outputs * tf.util.sizeFromShape(window))))(shape, rng);
};

/** Zeros; nothing is drawn. */
export const zeros: Initializer = (shape) => tf.zeros([...shape]);
