import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { crossViewLoss } from '@halp/contrastive';
import { checkGradient, expectClose, onEachBackend } from '@halp/testing';
import { largest, logSumExp, matrix, mean, messageOf, randomRows } from './rows.ts';

const OWN = (randomRows(1, 1, 4)[0] as readonly number[]).map(Math.tanh);
const SIMILARITIES = randomRows(2, 4, 6).map((row) => row.map(Math.tanh));
const OTHER = randomRows(3, 4, 6).map((row) => row.map(Math.tanh));

/** The definition in a loop. */
function oracle(temperature: number, neighbours: number, context: boolean): number {
  return mean(
    SIMILARITIES.map((row, n) => {
      const other = OTHER[n] as readonly number[];
      const near = largest(other, neighbours);
      const products = row.map((value, j) => value * (other[j] as number));
      const logits = [OWN[n] as number, ...row, ...(context ? products : [])].map(
        (value) => value / temperature,
      );
      const positives = logits.filter((_, j) => j === 0 || near.includes((j - 1) % row.length));
      return logSumExp(logits) - mean(positives);
    }),
  );
}

describe('crossViewLoss', () => {
  onEachBackend(() => {
    it('matches a loop over the definition, with and without the products of similarities', () => {
      for (const neighbours of [1, 3, 6, 50]) {
        for (const context of [true, false]) {
          tf.tidy(() =>
            expectClose(
              crossViewLoss(tf.tensor1d(OWN), matrix(SIMILARITIES), matrix(OTHER), {
                temperature: 0.4,
                neighbours,
                context,
              }),
              [oracle(0.4, neighbours, context)],
              { relative: 1e-5 },
            ),
          );
        }
      }
    });

    it('mines one key with the products at temperature 0.07 by default', () => {
      tf.tidy(() => {
        const loss = crossViewLoss(tf.tensor1d(OWN), matrix(SIMILARITIES), matrix(OTHER));
        expectClose(loss, [oracle(0.07, 1, true)], { relative: 1e-5 });
      });
    });

    it('uses the nearest key of the other stream as positive, even if it is far in this stream', () => {
      tf.tidy(() => {
        const gradient = tf.grad((s: tf.Tensor) =>
          crossViewLoss(tf.tensor1d([0.5]), s as tf.Tensor2D, tf.tensor2d([[-0.2, 0.9]]), {
            temperature: 1,
            context: false,
          }),
        )(tf.tensor2d([[0.8, -0.7]]));
        const [nearHere, nearThere] = Array.from(gradient.dataSync());
        // Gradient descent moves away from the first key and towards the second.
        expect(nearHere).toBeGreaterThan(0);
        expect(nearThere).toBeLessThan(0);
      });
    });

    it('matches central differences with respect to all three inputs', () => {
      tf.tidy(() => {
        checkGradient(
          (own, s, other) =>
            crossViewLoss(own as tf.Tensor1D, s as tf.Tensor2D, other as tf.Tensor2D, {
              temperature: 0.7,
              neighbours: 2,
            }),
          // Spaced wider than the step of the differences, so that the nearest neighbours do not change.
          [
            tf.tensor1d([0.9, -0.3]),
            tf.tensor2d([
              [0.4, -0.2, 0.1],
              [-0.6, 0.3, 0.5],
            ]),
            tf.tensor2d([
              [0.2, 0.7, -0.4],
              [0.5, -0.1, 0.3],
            ]),
          ],
        );
      });
    });

    it('rejects shapes that match only by broadcasting, and zero neighbours', () => {
      tf.tidy(() => {
        const s = tf.ones<tf.Rank.R2>([3, 5]);
        const refused = (own: number[], other: [number, number]): string =>
          messageOf(() => crossViewLoss(tf.ones(own as [number]), s, tf.ones(other)));
        expect(refused([1], [3, 5])).toBe(
          'crossViewLoss: expected positive [N] and two similarities [N, K], got [1], [3, 5], [3, 5]',
        );
        expect(refused([3], [3, 1])).toMatch(/got \[3\], \[3, 5\], \[3, 1\]$/);
        expect(refused([3, 1], [3, 5])).toMatch(/got \[3, 1\], \[3, 5\], \[3, 5\]$/);
        expect(messageOf(() => crossViewLoss(tf.ones([3]), s, s, { neighbours: 0 }))).toMatch(
          /positive integer number of neighbours, got 0$/,
        );
      });
    });
  });
});
