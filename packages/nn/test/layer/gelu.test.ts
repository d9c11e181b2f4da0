import * as tf from '@tensorflow/tfjs-core';
import { it } from 'vitest';
import { gelu } from '@halp/nn';
import { checkGradient, expectClose, onEachBackend } from '@halp/testing';

onEachBackend(() => {
  it('is x times the standard normal distribution', () => {
    tf.tidy(() => {
      // Φ(1) and Φ(2) from tables; Φ(-x) = 1 - Φ(x).
      const [one, two] = [0.841344746, 0.977249868];
      const x = tf.tensor2d([-20, -2, -1, 0, 1, 2, 20, 1e4], [2, 4]);
      const expected = [0, -2 * (1 - two), -(1 - one), 0, one, 2 * two, 20, 1e4];
      expectClose(gelu(x), { shape: [2, 4], data: expected }, { absolute: 1e-6, relative: 1e-6 });
    });
  });

  it('has the gradients of central differences', () => {
    tf.tidy(() => {
      const x = tf.tensor1d([-3, -1.5, -0.7, 0, 0.2, 1, 2.5]);
      const weights = tf.tensor1d([1, -2, 3, 1, 2, -1, 1]);
      checkGradient((x) => tf.sum(tf.mul(gelu(x), weights)), [x]);
    });
  });
});
