import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { byolLoss } from '@halp/contrastive';
import { checkGradient, expectClose, onEachBackend } from '@halp/testing';
import { dot, expectNoGradient, matrix, mean, messageOf, randomRows, unitRows } from './rows.ts';

describe('byolLoss', () => {
  onEachBackend(() => {
    it('is 0, 2 and 4 for equal, orthogonal and opposite directions', () => {
      tf.tidy(() => {
        const east = tf.tensor2d([[3, 0]]);
        const loss = (x: number, y: number): tf.Scalar => byolLoss(east, tf.tensor2d([[x, y]]));
        expectClose(loss(0.1, 0), [0], { absolute: 1e-6 });
        expectClose(loss(0, 5), [2], { absolute: 1e-6 });
        expectClose(loss(-7, 0), [4], { absolute: 1e-6 });
      });
    });

    it('is the squared distance of the unit vectors, averaged over rows', () => {
      const [p, z] = [randomRows(1, 6, 4), randomRows(2, 6, 4)];
      const [unitP, unitZ] = [unitRows(p), unitRows(z)];
      const expected = mean(
        unitP.map((row, n) => {
          const difference = row.map((value, d) => value - (unitZ[n]?.[d] as number));
          return dot(difference, difference);
        }),
      );
      tf.tidy(() => expectClose(byolLoss(matrix(p), matrix(z)), [expected], { relative: 1e-6 }));
    });

    it('matches central differences with respect to the prediction and has no gradient for the target', () => {
      tf.tidy(() => {
        const [p, z] = [matrix(randomRows(1, 3, 4)), matrix(randomRows(2, 3, 4))];
        checkGradient((x) => byolLoss(x as tf.Tensor2D, z), [p]);
        expectNoGradient((x) => byolLoss(p, x), z);
      });
    });

    it('rejects shapes that match only by broadcasting', () => {
      tf.tidy(() => {
        expect(messageOf(() => byolLoss(tf.ones([3, 2]), tf.ones([1, 2])))).toBe(
          'byolLoss: expected two matrices of one shape [N, D], got [3, 2] and [1, 2]',
        );
      });
    });
  });
});
