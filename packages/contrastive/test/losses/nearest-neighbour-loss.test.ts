import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { infoNCELoss, nearestNeighbourLoss } from '@halp/contrastive';
import { checkGradient, expectClose, onEachBackend } from '@halp/testing';
import {
  dot,
  expectNoGradient,
  largest,
  logSumExp,
  matrix,
  mean,
  messageOf,
  products,
  randomRows,
  unitRows,
} from './rows.ts';

const QUERY = unitRows(randomRows(1, 5, 3));
const KEY = unitRows(randomRows(2, 5, 3));
const EXTREME = unitRows(randomRows(3, 5, 3));
const NEGATIVES = unitRows(randomRows(4, 8, 3));

/** The definition in a loop; the nearest negatives of either view are additional positives. */
function oracle(temperature: number, neighbours: number, together: boolean): number {
  const byExtreme = products(EXTREME, NEGATIVES);
  return mean(
    products(QUERY, NEGATIVES).map((row, n) => {
      const own = dot(QUERY[n] as readonly number[], KEY[n] as readonly number[]);
      const chosen = new Set([
        ...largest(row, neighbours),
        ...largest(byExtreme[n] as readonly number[], neighbours),
      ]);
      const logits = [own, ...row].map((value) => value / temperature);
      const positives = logits.filter((_, j) => j === 0 || chosen.has(j - 1));
      return logSumExp(logits) - (together ? logSumExp(positives) : mean(positives));
    }),
  );
}

describe('nearestNeighbourLoss', () => {
  onEachBackend(() => {
    it('matches a loop over the definition for any number of neighbours', () => {
      for (const neighbours of [1, 2, 5, 8, 100]) {
        for (const combine of ['mean-of-logs', 'log-of-sum'] as const) {
          tf.tidy(() =>
            expectClose(
              nearestNeighbourLoss(matrix(QUERY), matrix(KEY), matrix(NEGATIVES), matrix(EXTREME), {
                temperature: 0.3,
                neighbours,
                combine,
              }),
              [oracle(0.3, neighbours, combine === 'log-of-sum')],
              { relative: 1e-5, absolute: 1e-6 },
            ),
          );
        }
      }
    });

    it('matches a hand calculation: the mean over the key and the nearest negative', () => {
      tf.tidy(() => {
        const query = tf.tensor2d([[1, 0]]);
        const negatives = tf.tensor2d([
          [0, 1],
          [1, 0],
          [-1, 0],
        ]);
        const loss = nearestNeighbourLoss(query, query, negatives, query, { temperature: 1 });
        // Logits 1 | 0, 1, -1; both entries equal to 1 are positives.
        expectClose(loss, [Math.log(2 * Math.E + 1 + 1 / Math.E) - 1], { relative: 1e-6 });
      });
    });

    it('is less than InfoNCE for log-of-sum, since some negatives become positives', () => {
      tf.tidy(() => {
        const [query, key, negatives] = [matrix(QUERY), matrix(KEY), matrix(NEGATIVES)];
        const T = { temperature: 0.3 };
        const mined = nearestNeighbourLoss(query, key, negatives, matrix(EXTREME), {
          ...T,
          combine: 'log-of-sum',
        });
        const single = infoNCELoss(query, key, negatives, T);
        expect(mined.dataSync()[0]).toBeLessThan(single.dataSync()[0] as number);
      });
    });

    it('matches central differences with respect to the query and has no gradient for the extreme view', () => {
      tf.tidy(() => {
        const [query, key, negatives, extreme] = [QUERY, KEY, NEGATIVES, EXTREME].map(matrix) as [
          tf.Tensor2D,
          tf.Tensor2D,
          tf.Tensor2D,
          tf.Tensor2D,
        ];
        const T = { temperature: 0.5 };
        checkGradient(
          (q) => nearestNeighbourLoss(q as tf.Tensor2D, key, negatives, extreme, T),
          [query],
        );
        expectNoGradient((e) => nearestNeighbourLoss(query, key, negatives, e, T), extreme);
      });
    });

    it('rejects an extreme view of other clips, and zero neighbours', () => {
      tf.tidy(() => {
        const [rows, one] = [tf.ones<tf.Rank.R2>([3, 2]), tf.ones<tf.Rank.R2>([1, 2])];
        const T = { temperature: 0.5 };
        expect(messageOf(() => nearestNeighbourLoss(rows, rows, rows, one, T))).toBe(
          'nearestNeighbourLoss: expected two matrices of one shape [N, D], got [3, 2] and [1, 2]',
        );
        expect(
          messageOf(() => nearestNeighbourLoss(rows, rows, rows, rows, { ...T, neighbours: 0 })),
        ).toBe('nearestNeighbourLoss: expected a positive integer number of neighbours, got 0');
        expect(messageOf(() => nearestNeighbourLoss(rows, one, rows, rows, T))).toMatch(
          /^nearestNeighbourLoss: expected query \[N, D\]/,
        );
      });
    });
  });
});
