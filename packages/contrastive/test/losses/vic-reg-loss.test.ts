import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { vicRegLoss } from '@halp/contrastive';
import { checkGradient, expectClose, onEachBackend } from '@halp/testing';
import { matrix, mean, messageOf, randomRows, type Rows } from './rows.ts';

const ONLY = { invariance: 0, variance: 0, covariance: 0 };

function covariance(rows: Rows, i: number, j: number): number {
  const centre = (d: number): number => mean(rows.map((row) => row[d] as number));
  const [mi, mj] = [centre(i), centre(j)];
  const sum = rows.reduce(
    (total, row) => total + ((row[i] as number) - mi) * ((row[j] as number) - mj),
    0,
  );
  return sum / (rows.length - 1);
}

/** The three terms in a loop. */
function oracle(a: Rows, b: Rows): readonly [number, number, number] {
  const dimensions = (a[0] as readonly number[]).map((_, d) => d);
  const invariance = mean(
    a.flatMap((row, n) => row.map((value, d) => (value - (b[n]?.[d] as number)) ** 2)),
  );
  const hinge = (rows: Rows): number =>
    mean(dimensions.map((d) => Math.max(0, 1 - Math.sqrt(covariance(rows, d, d) + 1e-4))));
  const shared = (rows: Rows): number => {
    let sum = 0;
    for (const i of dimensions) {
      for (const j of dimensions) if (i !== j) sum += covariance(rows, i, j) ** 2;
    }
    return sum / dimensions.length;
  };
  return [invariance, (hinge(a) + hinge(b)) / 2, shared(a) + shared(b)];
}

describe('vicRegLoss', () => {
  onEachBackend(() => {
    it('is zero for identical views with uncorrelated dimensions of variance above 1', () => {
      tf.tidy(() => {
        const rows = tf.tensor2d([
          [1, 1],
          [1, -1],
          [-1, 1],
          [-1, -1],
        ]);
        expectClose(vicRegLoss(rows, rows), [0], { absolute: 1e-6 });
      });
    });

    it('has a hinge: only a standard deviation below 1 contributes', () => {
      tf.tidy(() => {
        const rows = tf.tensor2d([[1], [-1]]);
        // Rows multiplied by s have the variance 2 s^2.
        const at = (scale: number): tf.Scalar =>
          vicRegLoss(tf.mul(rows, scale), tf.mul(rows, scale), { ...ONLY, variance: 1 });
        expectClose(at(0.5), [1 - Math.sqrt(0.5 + 1e-4)], { relative: 1e-6 });
        expectClose(at(0), [1 - 0.01], { relative: 1e-6 });
        expectClose(at(0.8), [0], { absolute: 0 });
        expectClose(at(100), [0], { absolute: 0 });
      });
    });

    it('matches a hand calculation: 2 cov^2 / D for each view', () => {
      tf.tidy(() => {
        // Two equal columns of variance 2.
        const rows = tf.tensor2d([
          [1, 1],
          [-1, -1],
        ]);
        const loss = vicRegLoss(rows, rows, { ...ONLY, covariance: 1 });
        expectClose(loss, [2 * ((2 * 2 ** 2) / 2)], { relative: 1e-6 });
      });
    });

    it('matches a loop over the three weighted terms', () => {
      for (const seed of [1, 3, 5]) {
        const half = (rows: Rows): Rows => rows.map((row) => row.map((value) => value / 2));
        const [a, b] = [half(randomRows(seed, 6, 4)), half(randomRows(seed + 1, 6, 4))];
        const [invariance, variance, covariance] = oracle(a, b);
        expect(variance).toBeGreaterThan(0);
        tf.tidy(() => {
          const [x, y] = [matrix(a), matrix(b)];
          const tolerance = { relative: 1e-5 };
          expectClose(vicRegLoss(x, y, { ...ONLY, invariance: 2 }), [2 * invariance], tolerance);
          expectClose(vicRegLoss(x, y, { ...ONLY, variance: 3 }), [3 * variance], tolerance);
          expectClose(vicRegLoss(x, y, { ...ONLY, covariance: 4 }), [4 * covariance], tolerance);
          expectClose(vicRegLoss(x, y), [25 * invariance + 25 * variance + covariance], tolerance);
        });
      }
    });

    it('matches central differences with respect to both views and has a finite gradient for equal clips', () => {
      tf.tidy(() => {
        checkGradient(
          (a, b) => vicRegLoss(a as tf.Tensor2D, b as tf.Tensor2D),
          [matrix(randomRows(1, 5, 3)), tf.mul(matrix(randomRows(2, 5, 3)), 0.3)],
          // A smaller step: the square root has a large curvature at a small variance.
          { step: 3e-3 },
        );
        const same = tf.ones<tf.Rank.R2>([4, 3]);
        const gradient = tf.grad((a: tf.Tensor) => vicRegLoss(a as tf.Tensor2D, same))(same);
        expect(Array.from(gradient.dataSync()).every(Number.isFinite)).toBe(true);
      });
    });

    it('rejects a batch of one clip, views of different shapes and negative weights', () => {
      tf.tidy(() => {
        const rows = (n: number): tf.Tensor2D => tf.ones([n, 2]);
        expect(messageOf(() => vicRegLoss(rows(1), rows(1)))).toMatch(/N of at least 2/);
        expect(messageOf(() => vicRegLoss(rows(3), rows(1)))).toMatch(/\[3, 2\] and \[1, 2\]$/);
        expect(messageOf(() => vicRegLoss(rows(2), rows(2), { variance: NaN }))).toBe(
          'vicRegLoss: expected a finite weight of the variance of at least 0, got NaN',
        );
      });
    });
  });
});
