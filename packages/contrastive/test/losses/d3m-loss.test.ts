import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { d3mLoss } from '@halp/contrastive';
import { checkGradient, expectClose, onEachBackend } from '@halp/testing';
import { expectNoGradient, logSumExp, matrix, mean, messageOf, randomRows } from './rows.ts';

describe('d3mLoss', () => {
  onEachBackend(() => {
    it('is the entropy when both views have equal logits: log(1 + K) for uniform logits', () => {
      tf.tidy(() => {
        const flat = tf.ones<tf.Rank.R2>([3, 8]);
        expectClose(d3mLoss(flat, flat), [Math.log(8)], { relative: 1e-6 });
      });
    });

    it('matches a loop over its definition', () => {
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

    it('has its minimum where both views have equal logits', () => {
      tf.tidy(() => {
        const normal = matrix(randomRows(1, 4, 6));
        const gradient = tf.grad((e: tf.Tensor) => d3mLoss(normal, e as tf.Tensor2D))(normal);
        expectClose(gradient, new Float32Array(24), { absolute: 1e-7 });
      });
    });

    it('is finite when a probability underflows in float32', () => {
      tf.tidy(() => {
        const loss = d3mLoss(tf.tensor2d([[0, 0]]), tf.tensor2d([[0, 400]]));
        expectClose(loss, [200], { relative: 1e-6 });
      });
    });

    it('matches central differences with respect to the extreme view and has no gradient for the normal view', () => {
      tf.tidy(() => {
        const [normal, extreme] = [matrix(randomRows(3, 3, 4)), matrix(randomRows(4, 3, 4))];
        checkGradient((e) => d3mLoss(normal, e as tf.Tensor2D), [extreme]);
        expectNoGradient((n) => d3mLoss(n, extreme), normal);
      });
    });

    it('rejects shapes that match only by broadcasting', () => {
      tf.tidy(() => {
        expect(messageOf(() => d3mLoss(tf.ones([3, 5]), tf.ones([3, 1])))).toBe(
          'd3mLoss: expected logits of one shape [N, 1 + K], got [3, 5] and [3, 1]',
        );
      });
    });
  });
});
