import * as tf from '@tensorflow/tfjs-core';
import { it } from 'vitest';
import { relu } from '@halp/nn';
import { expectClose, onEachBackend } from '@halp/testing';

onEachBackend(() => {
  it('is max(x, 0), with the gradient 1 above zero and 0 elsewhere', () => {
    tf.tidy(() => {
      const x = tf.tensor([-2, -0, 0, 3, 2 ** -60]);
      expectClose(relu(x), [0, 0, 0, 3, 2 ** -60], {});
      const dy = tf.tensor([10, 20, 30, 40, 50]);
      expectClose(tf.grad((x: tf.Tensor) => relu(x))(x, dy), [0, 0, 0, 40, 50], {});
    });
  });
});
