import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ntXentLoss, supConLoss } from '@halp/contrastive';
import { checkGradient, expectClose, onEachBackend } from '@halp/testing';
import {
  logSumExp,
  matrix,
  mean,
  messageOf,
  products,
  randomRows,
  type Rows,
  unitRows,
} from './rows.ts';

/**
 * Both losses, term by term: each embedding against all others; those with the same label are positives.
 * If every clip has a different label, this is NT-Xent.
 */
function oracle(a: Rows, b: Rows, labels: readonly number[], temperature: number): number {
  const rows = unitRows([...a, ...b]);
  const cosines = products(rows, rows);
  const labelOf = (i: number): number => labels[i % labels.length] as number;
  return mean(
    cosines.map((row, i) => {
      const logits = row.map((value) => value / temperature);
      const others = logits.filter((_, k) => k !== i);
      const positives = logits.filter((_, k) => k !== i && labelOf(k) === labelOf(i));
      return logSumExp(others) - mean(positives);
    }),
  );
}

const clips = fc.tuple(
  fc.integer({ min: 2, max: 6 }),
  fc.integer({ min: 1, max: 5 }),
  fc.integer(),
);

describe('ntXentLoss', () => {
  onEachBackend(() => {
    it('is log(2 N - 1) when all embeddings are equal', () => {
      tf.tidy(() => {
        const alike = tf.ones<tf.Rank.R2>([4, 3]);
        expectClose(ntXentLoss(alike, alike), [Math.log(7)], { relative: 1e-6 });
      });
    });

    it('is log(1 + (2 N - 2) exp(-1 / T)) when views are equal and clips orthogonal', () => {
      tf.tidy(() => {
        const loss = ntXentLoss(tf.eye(4), tf.eye(4), { temperature: 0.5 });
        expectClose(loss, [Math.log(1 + 6 * Math.exp(-2))], { relative: 1e-6 });
      });
    });

    it('matches a loop over the definition', () => {
      fc.assert(
        fc.property(clips, ([n, d, seed]) => {
          const [a, b] = [randomRows(seed, n, d), randomRows(seed + 1, n, d)];
          const own = a.map((_, i) => i);
          tf.tidy(() =>
            expectClose(
              ntXentLoss(matrix(a), matrix(b), { temperature: 0.3 }),
              [oracle(a, b, own, 0.3)],
              { relative: 1e-5, absolute: 1e-6 },
            ),
          );
        }),
        { seed: 1, numRuns: 50 },
      );
    });

    it('does not depend on vector lengths or the order of the views', () => {
      tf.tidy(() => {
        const [a, b] = [matrix(randomRows(1, 4, 3)), matrix(randomRows(2, 4, 3))];
        const loss = ntXentLoss(a, b);
        expectClose(ntXentLoss(tf.mul(b, 3), tf.mul(a, 0.1)), loss, { relative: 1e-5 });
      });
    });

    it('matches central differences with respect to both views', () => {
      tf.tidy(() => {
        checkGradient(
          (a, b) => ntXentLoss(a as tf.Tensor2D, b as tf.Tensor2D, { temperature: 0.5 }),
          [matrix(randomRows(3, 3, 4)), matrix(randomRows(4, 3, 4))],
        );
      });
    });

    it('is finite when exp of the logits overflows', () => {
      tf.tidy(() => {
        const loss = ntXentLoss(tf.eye(3), tf.neg(tf.eye(3)), { temperature: 1e-3 });
        // The logit of the other view is 1 / T below those of the four orthogonal embeddings.
        expectClose(loss, [1000 + Math.log(4)], { relative: 1e-6 });
      });
    });

    it('rejects views that match only by broadcasting, a batch of one clip, and a zero temperature', () => {
      tf.tidy(() => {
        const shapes = (a: [number, number], b: [number, number]): string =>
          messageOf(() => ntXentLoss(tf.ones(a), tf.ones(b)));
        expect(shapes([3, 4], [1, 4])).toBe(
          'ntXentLoss: expected two matrices of one shape [N, D] with N of at least 2, got [3, 4] and [1, 4]',
        );
        expect(shapes([1, 4], [1, 4])).toMatch(/at least 2, got \[1, 4\] and \[1, 4\]$/);
        expect(
          messageOf(() => ntXentLoss(tf.ones([2, 2]), tf.ones([2, 2]), { temperature: 0 })),
        ).toBe('ntXentLoss: expected a positive temperature, got 0');
      });
    });

    it('is NaN if an embedding is NaN', () => {
      tf.tidy(() => {
        const bad = tf.tensor2d([
          [1, 0],
          [NaN, 1],
        ]);
        expect(ntXentLoss(bad, tf.eye(2)).dataSync()[0]).toBeNaN();
      });
    });
  });
});

describe('supConLoss', () => {
  onEachBackend(() => {
    it('equals NT-Xent when every clip has a different label', () => {
      tf.tidy(() => {
        const [a, b] = [matrix(randomRows(1, 5, 3)), matrix(randomRows(2, 5, 3))];
        const labels = tf.tensor1d([4, 0, 7, -1, 3], 'int32');
        expectClose(supConLoss(a, b, labels), ntXentLoss(a, b), { relative: 1e-6 });
      });
    });

    it('matches a loop over the definition for any labels', () => {
      fc.assert(
        fc.property(clips, ([n, d, seed]) => {
          const [a, b] = [randomRows(seed, n, d), randomRows(seed + 1, n, d)];
          const labels = a.map((row) => ((row[0] as number) > 0 ? 5 : 2));
          tf.tidy(() =>
            expectClose(
              supConLoss(matrix(a), matrix(b), tf.tensor1d(labels, 'int32'), { temperature: 0.4 }),
              [oracle(a, b, labels, 0.4)],
              { relative: 1e-5, absolute: 1e-6 },
            ),
          );
        }),
        { seed: 1, numRuns: 50 },
      );
    });

    it('is log(2 N - 1) when all clips have one label and equal embeddings', () => {
      tf.tidy(() => {
        const alike = tf.ones<tf.Rank.R2>([3, 2]);
        const loss = supConLoss(alike, alike, tf.zeros([3], 'int32'));
        expectClose(loss, [Math.log(5)], { relative: 1e-6 });
      });
    });

    it('matches central differences with respect to both views', () => {
      tf.tidy(() => {
        const labels = tf.tensor1d([1, 0, 1], 'int32');
        checkGradient(
          (a, b) => supConLoss(a as tf.Tensor2D, b as tf.Tensor2D, labels, { temperature: 0.5 }),
          [matrix(randomRows(3, 3, 4)), matrix(randomRows(4, 3, 4))],
        );
      });
    });

    it('rejects labels of another shape or dtype', () => {
      tf.tidy(() => {
        const refused = (labels: tf.Tensor): string =>
          messageOf(() => supConLoss(tf.ones([2, 3]), tf.ones([2, 3]), labels as tf.Tensor1D));
        expect(refused(tf.zeros([1], 'int32'))).toBe(
          'supConLoss: expected int32 labels [2], got int32 [1]',
        );
        expect(refused(tf.zeros([2]))).toBe(
          'supConLoss: expected int32 labels [2], got float32 [2]',
        );
        expect(refused(tf.zeros([2, 1], 'int32'))).toMatch(/got int32 \[2, 1\]$/);
      });
    });
  });
});
