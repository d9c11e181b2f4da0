import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { barlowTwinsLoss } from '@halp/contrastive';
import { checkGradient, expectClose, onEachBackend } from '@halp/testing';
import { matrix, mean, messageOf, randomRows, type Rows } from './rows.ts';

/** Two uncorrelated dimensions with unit variance. */
const WHITE: Rows = [
  [1, 1],
  [1, -1],
  [-1, 1],
  [-1, -1],
];

/** The definition, in a loop over the entries of the correlation matrix. */
function oracle(a: Rows, b: Rows, lambda: number): number {
  const column = (rows: Rows, d: number): number[] => {
    const values = rows.map((row) => row[d] as number);
    const deviation = Math.sqrt(mean(values.map((v) => (v - mean(values)) ** 2)) + 1e-5);
    return values.map((v) => (v - mean(values)) / deviation);
  };
  const dimensions = (a[0] as readonly number[]).map((_, d) => d);
  let sum = 0;
  for (const i of dimensions) {
    for (const j of dimensions) {
      const [x, y] = [column(a, i), column(b, j)];
      const correlation = mean(x.map((value, n) => value * (y[n] as number)));
      sum += i === j ? (1 - correlation) ** 2 : lambda * correlation ** 2;
    }
  }
  return sum;
}

describe('barlowTwinsLoss', () => {
  onEachBackend(() => {
    it('is zero for identical views with uncorrelated dimensions of any scale and mean', () => {
      tf.tidy(() => {
        const white = matrix(WHITE);
        // eps 1e-5 and a variance of 1 give (1e-5)^2 in each dimension.
        expectClose(barlowTwinsLoss(white, white), [0], { absolute: 1e-9 });
        const moved = tf.add(tf.mul(white, tf.tensor1d([3, 0.5])), tf.tensor1d([7, -2]));
        expectClose(barlowTwinsLoss(white, moved as tf.Tensor2D), [0], { absolute: 1e-8 });
      });
    });

    it('is 4 D for opposite views', () => {
      tf.tidy(() => {
        const loss = barlowTwinsLoss(matrix(WHITE), tf.neg(matrix(WHITE)));
        expectClose(loss, [8], { relative: 1e-4 });
      });
    });

    it('is λ D (D - 1) when all dimensions are equal', () => {
      tf.tidy(() => {
        const one = tf.tile<tf.Tensor2D>(tf.tensor2d([[1], [-1]]), [1, 3]);
        expectClose(barlowTwinsLoss(one, one, { lambda: 0.5 }), [3], { relative: 1e-4 });
      });
    });

    it('has λ = 0.005 by default', () => {
      const [a, b] = [randomRows(1, 6, 4), randomRows(2, 6, 4)];
      tf.tidy(() =>
        expectClose(barlowTwinsLoss(matrix(a), matrix(b)), [oracle(a, b, 0.005)], {
          relative: 1e-5,
        }),
      );
    });

    it('is D with a finite gradient when all clips are equal', () => {
      tf.tidy(() => {
        const same = tf.ones<tf.Rank.R2>([4, 3]);
        expectClose(barlowTwinsLoss(same, same), [3], { relative: 1e-6 });
        const gradient = tf.grad((a: tf.Tensor) => barlowTwinsLoss(a as tf.Tensor2D, same))(same);
        expect(Array.from(gradient.dataSync()).every(Number.isFinite)).toBe(true);
      });
    });

    it('matches a loop over the definition', () => {
      for (const seed of [1, 3, 5, 7]) {
        const [a, b] = [randomRows(seed, 6, 4), randomRows(seed + 1, 6, 4)];
        tf.tidy(() =>
          expectClose(barlowTwinsLoss(matrix(a), matrix(b), { lambda: 0.1 }), [oracle(a, b, 0.1)], {
            relative: 1e-5,
          }),
        );
      }
    });

    it('matches central differences with respect to both views', () => {
      tf.tidy(() => {
        checkGradient(
          (a, b) => barlowTwinsLoss(a as tf.Tensor2D, b as tf.Tensor2D, { lambda: 0.3 }),
          [matrix(randomRows(1, 5, 3)), matrix(randomRows(2, 5, 3))],
        );
      });
    });

    it('rejects a batch of one clip, views of different shapes and a negative λ', () => {
      tf.tidy(() => {
        const rows = (n: number): tf.Tensor2D => tf.ones([n, 2]);
        expect(messageOf(() => barlowTwinsLoss(rows(1), rows(1)))).toMatch(/N of at least 2/);
        expect(messageOf(() => barlowTwinsLoss(rows(3), rows(1)))).toMatch(
          /\[3, 2\] and \[1, 2\]$/,
        );
        expect(messageOf(() => barlowTwinsLoss(rows(2), rows(2), { lambda: -1 }))).toBe(
          'barlowTwinsLoss: expected a finite lambda of at least 0, got -1',
        );
      });
    });
  });
});
