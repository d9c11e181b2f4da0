import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectClose, onEachBackend } from '@halp/testing';
import { nearestMask } from '../../src/parts/nearest-mask.ts';
import { largest, matrix, randomRows } from '../losses/rows.ts';

describe('nearestMask', () => {
  onEachBackend(() => {
    it('marks the largest values of every row, as found by sorting', () => {
      const size = fc.integer({ min: 1, max: 9 });
      fc.assert(
        fc.property(size, size, size, fc.integer(), (n, k, count, seed) => {
          const rows = randomRows(seed, n, k);
          const expected = rows.flatMap((row) => {
            const nearest = largest(row, count);
            return row.map((_, place) => (nearest.includes(place) ? 1 : 0));
          });
          tf.tidy(() =>
            expectClose(
              nearestMask(matrix(rows), count),
              { shape: [n, k], data: expected },
              { absolute: 0 },
            ),
          );
        }),
        { seed: 1, numRuns: 50 },
      );
    });

    it('marks exactly the requested number when all values are equal', () => {
      tf.tidy(() => {
        const marks = tf.sum(nearestMask(tf.ones([3, 6]), 4), 1);
        expect(Array.from(marks.dataSync())).toEqual([4, 4, 4]);
      });
    });
  });
});
