import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { l2Normalize } from '@halp/contrastive';
import { checkGradient, expectClose, onEachBackend } from '@halp/testing';

describe('l2Normalize', () => {
  onEachBackend(() => {
    it('divides each row by its norm', () => {
      tf.tidy(() => {
        const y = l2Normalize(tf.tensor2d([3, 4, -5, 12, 1e-6, 0], [3, 2]));
        expectClose(y, [0.6, 0.8, -5 / 13, 12 / 13, 1, 0], { absolute: 1e-6 });
      });
    });

    it('matches central differences', () => {
      tf.tidy(() => {
        const weights = tf.tensor2d([1, -2, 0.5, 3, 1, -1], [2, 3]);
        checkGradient(
          (x) => tf.sum(tf.mul(l2Normalize(x as tf.Tensor2D), weights)),
          [tf.tensor2d([1, 2, -1, 0.5, -0.7, 2], [2, 3])],
        );
      });
    });

    it('maps a zero row to zero with a zero gradient, without effect on other rows', () => {
      tf.tidy(() => {
        const x = tf.tensor2d([0, 0, 3, 4], [2, 2]);
        expectClose(l2Normalize(x), [0, 0, 0.6, 0.8], { absolute: 1e-6 });
        const gradient = tf.grad((rows) => tf.sum(l2Normalize(rows as tf.Tensor2D)))(x);
        // (1 - y (y . 1)) / |x| for the second row.
        expectClose(gradient, [0, 0, (1 - 0.6 * 1.4) / 5, (1 - 0.8 * 1.4) / 5], {
          absolute: 1e-6,
        });
      });
    });

    it('propagates NaN', () => {
      tf.tidy(() => {
        const y = l2Normalize(tf.tensor2d([NaN, 1], [1, 2]));
        expect(Array.from(y.dataSync()).some(Number.isNaN)).toBe(true);
      });
    });

    it('rejects tensors that are not matrices', () => {
      tf.tidy(() => {
        expect(() => l2Normalize(tf.ones([3]) as unknown as tf.Tensor2D)).toThrow(
          new RangeError('l2Normalize: expected rows [N, D], got shape [3]'),
        );
      });
    });
  });
});
