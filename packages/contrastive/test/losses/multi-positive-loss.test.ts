import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { infoNCELogits, infoNCELoss, multiPositiveLoss } from '@halp/contrastive';
import { checkGradient, expectClose, onEachBackend } from '@halp/testing';
import { logSumExp, matrix, mean, messageOf, randomRows, type Rows, unitRows } from './rows.ts';

/** Both definitions, term by term. */
function oracle(logits: Rows, positives: Rows, combine: 'mean-of-logs' | 'log-of-sum'): number {
  return mean(
    logits.map((row, n) => {
      const chosen = row.filter((_, j) => positives[n]?.[j] === 1);
      return combine === 'mean-of-logs'
        ? logSumExp(row) - mean(chosen)
        : logSumExp(row) - logSumExp(chosen);
    }),
  );
}

describe('multiPositiveLoss', () => {
  onEachBackend(() => {
    for (const combine of ['mean-of-logs', 'log-of-sum'] as const) {
      it(`matches a loop over the definition, combined as ${combine}`, () => {
        const size = fc.integer({ min: 1, max: 6 });
        fc.assert(
          fc.property(size, size, fc.integer(), (n, l, seed) => {
            const logits = randomRows(seed, n, l);
            // The first is always a positive, the others depending on their sign.
            const positives = randomRows(seed + 1, n, l).map((row) =>
              row.map((value, j) => (j === 0 || value > 0 ? 1 : 0)),
            );
            tf.tidy(() =>
              expectClose(
                multiPositiveLoss(matrix(logits), matrix(positives), { combine }),
                [oracle(logits, positives, combine)],
                { relative: 1e-5, absolute: 1e-6 },
              ),
            );
          }),
          { seed: 1, numRuns: 50 },
        );
      });

      it(`equals InfoNCE for one positive, combined as ${combine}`, () => {
        tf.tidy(() => {
          const [query, key, negatives] = [1, 2, 3].map((seed) =>
            matrix(unitRows(randomRows(seed, 4, 3))),
          ) as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];
          const T = { temperature: 0.2 };
          const logits = infoNCELogits(query, key, negatives, T);
          const positives = tf.concat<tf.Tensor2D>([tf.ones([4, 1]), tf.zeros([4, 4])], 1);
          expectClose(
            multiPositiveLoss(logits, positives, { combine }),
            infoNCELoss(query, key, negatives, T),
            { relative: 1e-6, absolute: 1e-6 },
          );
        });
      });

      it(`matches central differences, combined as ${combine}`, () => {
        tf.tidy(() => {
          const positives = tf.tensor2d([
            [1, 0, 1],
            [0, 1, 0],
          ]);
          checkGradient(
            (logits) => multiPositiveLoss(logits as tf.Tensor2D, positives, { combine }),
            [matrix(randomRows(5, 2, 3))],
          );
        });
      });

      it(`is NaN if a row has no positive, combined as ${combine}`, () => {
        tf.tidy(() => {
          const positives = tf.tensor2d([
            [1, 0],
            [0, 0],
          ]);
          const loss = multiPositiveLoss(tf.ones([2, 2]), positives, { combine });
          expect(loss.dataSync()[0]).toBeNaN();
        });
      });
    }

    it('reaches zero with a single near positive for log-of-sum, but not for mean-of-logs', () => {
      tf.tidy(() => {
        const logits = tf.tensor2d([[50, 0, 0]]);
        const positives = tf.tensor2d([[1, 1, 0]]);
        const separately = multiPositiveLoss(logits, positives);
        const together = multiPositiveLoss(logits, positives, { combine: 'log-of-sum' });
        expectClose(separately, [25], { relative: 1e-6 });
        expectClose(together, [0], { absolute: 1e-6 });
      });
    });

    it('rejects positives of another shape, and an unknown combine', () => {
      tf.tidy(() => {
        const options = { combine: 'sum' as 'log-of-sum' };
        expect(messageOf(() => multiPositiveLoss(tf.ones([2, 3]), tf.ones([2, 3]), options))).toBe(
          "multiPositiveLoss: expected combine to be mean-of-logs or log-of-sum, got 'sum'",
        );
        expect(messageOf(() => multiPositiveLoss(tf.ones([2, 3]), tf.ones([1, 3])))).toBe(
          'multiPositiveLoss: expected logits and positives of one shape [N, L], got [2, 3] and [1, 3]',
        );
      });
    });
  });
});
