import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { d3mLoss } from '@halp/contrastive';
import { checkGradient, expectClose, onEachBackend } from '@halp/testing';
import { expectNoGradient, logSumExp, matrix, mean, messageOf, randomRows } from './rows.ts';

describe('d3mLoss', () => {
  onEachBackend(() => {
    it('is the entropy where both views see the same: log(1 + K) where they see no difference', () => {
      tf.tidy(() => {
        const flat = tf.ones<tf.Rank.R2>([3, 8]);
        expectClose(d3mLoss(flat, flat), [Math.log(8)], { relative: 1e-6 });
      });
    });

    it('is -sum p log p in loops', () => {
      const [normal, extreme] = [randomRows(1, 4, 6), randomRows(2, 4, 6)];
      const expected = mean(
        normal.map((row, n) => {
          const other = extreme[n] as readonly number[];
          return row.reduce((sum, value, j) => {
            const p = Math.exp(value - logSumExp(row));
            return sum - p * ((other[j] as number) - logSumExp(other));
          }, 0);
        }),
      );
      tf.tidy(() =>
        expectClose(d3mLoss(matrix(normal), matrix(extreme)), [expected], { relative: 1e-6 }),
      );
    });

    it('is least where the extreme view sees what the normal one does', () => {
      tf.tidy(() => {
        const normal = matrix(randomRows(1, 4, 6));
        const gradient = tf.grad((e: tf.Tensor) => d3mLoss(normal, e as tf.Tensor2D))(normal);
        expectClose(gradient, new Float32Array(24), { absolute: 1e-7 });
      });
    });

    it('stays finite where a probability is too small for float32', () => {
      tf.tidy(() => {
        const loss = d3mLoss(tf.tensor2d([[0, 0]]), tf.tensor2d([[0, 400]]));
        expectClose(loss, [200], { relative: 1e-6 });
      });
    });

    it('has the gradient of central differences in the extreme view, and none in the normal one', () => {
      tf.tidy(() => {
        const [normal, extreme] = [matrix(randomRows(3, 3, 4)), matrix(randomRows(4, 3, 4))];
        checkGradient((e) => d3mLoss(normal, e as tf.Tensor2D), [extreme]);
        expectNoGradient((n) => d3mLoss(n, extreme), normal);
      });
    });

    it('refuses shapes that would only fit by broadcasting', () => {
      tf.tidy(() => {
        expect(messageOf(() => d3mLoss(tf.ones([3, 5]), tf.ones([3, 1])))).toBe(
          'd3mLoss: expected logits of one shape [N, 1 + K], got [3, 5] and [3, 1]',
        );
      });
    });
  });
});
