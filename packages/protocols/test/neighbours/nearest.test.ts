import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '@halp/random';
import { expectClose, expectNoLeak, onEachBackend } from '@halp/testing';
import { knn, nearest } from '../../src/index.ts';
import { clusters, features } from '../arrays.ts';

const compass = features([[0, 2], [1, 0], [1, 1], [-3, 0]], [0, 1, 2, 3]); // prettier-ignore

describe('nearest', () => {
  onEachBackend(() => {
    it('returns rows and cosines, nearest first', async () => {
      const queries = Float32Array.of(5, 0, 0, 0.1);
      const { rows, similarities } = await nearest(compass, queries, { k: 3 });
      expect([...rows]).toEqual([1, 2, 0, 0, 2, 1]);
      const half = Math.SQRT1_2;
      expectClose(similarities, [1, half, 0, 1, half, 0], { absolute: 1e-6 });
    });

    it('leaveOneOut finds every other row and never the query itself', async () => {
      const property = fc.asyncProperty(
        fc.integer({ min: 0, max: 1000 }),
        fc.integer({ min: 1, max: 60 }),
        async (seed, blockValues) => {
          const all = clusters(9, { classes: 3, size: 4, spread: 1 }, createRandom(seed));
          const without = await nearest(all, all.features, {
            k: 8,
            leaveOneOut: true,
            blockValues,
          });
          const withSelf = await nearest(all, all.features, { k: 9, blockValues });
          for (let query = 0; query < 9; query += 1) {
            const found = withSelf.rows.subarray(query * 9, query * 9 + 9);
            expect(found[0]).toBe(query);
            const rest = without.rows.subarray(query * 8, query * 8 + 8);
            expect([...rest]).toEqual([...found.subarray(1)]);
          }
        },
      );
      await fc.assert(property, { seed: 1, numRuns: 20 });
    });

    it('ties go to the earlier row of the gallery, for every k and block size', async () => {
      // Four directions, each twice or three times, so that every neighbour but one is a tie.
      const directions = [[1, 0], [0, 1], [1, 0], [-1, 0], [0, 1], [1, 0], [-1, 0], [0, 1], [-1, 0]]; // prettier-ignore
      const gallery = features(directions, [0, 1, 2, 3, 4, 5, 6, 7, 8]);
      const queries = Float32Array.of(2, 0, 0, 3, -1, 0);
      const expected = [
        [0, 2, 5, 1, 4, 7, 3, 6, 8],
        [1, 4, 7, 0, 2, 3, 5, 6, 8],
        [3, 6, 8, 1, 4, 7, 0, 2, 5],
      ];
      for (let k = 1; k <= 9; k += 1) {
        for (const blockValues of [2, 4, 6, 10, 1000]) {
          const { rows } = await nearest(gallery, queries, { k, blockValues });
          expect([k, blockValues, ...rows]).toEqual([
            k,
            blockValues,
            ...expected.flatMap((order) => order.slice(0, k)),
          ]);
        }
      }
    });

    it('never returns a cosine above 1', async () => {
      const all = clusters(200, { classes: 3, size: 7, spread: 1 }, createRandom(4));
      const { similarities } = await nearest(all, all.features, { k: 1 });
      expect(Math.max(...similarities)).toBe(1);
      expectClose(similarities, new Float32Array(200).fill(1), { absolute: 1e-6 });
    });

    it('leaveOneOut also applies to knn', async () => {
      const pairs = features([[1, 0], [1, 0.1], [0, 1], [0.1, 1]], [0, 0, 1, 0]); // prettier-ignore
      const { predictions, scores, evaluation } = await expectNoLeak(() =>
        knn(pairs, pairs, { k: 1, leaveOneOut: true }),
      );
      expect([...predictions]).toEqual([0, 0, 0, 1]);
      expect([...scores]).toEqual([1, 0, 1, 0, 1, 0, 0, 1]);
      expect(evaluation.settings).toEqual({ k: 1, metric: 'cosine', leaveOneOut: true });
    });

    it('refuses queries of another size, no queries, zero vectors and a k out of range', async () => {
      const run = (queries: number[], options: Parameters<typeof nearest>[2]) =>
        nearest(compass, Float32Array.from(queries), options);
      await expect(run([1, 2, 3], { k: 1 })).rejects.toThrow('queries to be [n, 2]');
      await expect(run([], { k: 1 })).rejects.toThrow('n at least 1, got 0 values');
      await expect(run([0, 0], { k: 1 })).rejects.toThrow(
        'nearest: expected queries to have a direction',
      );
      await expect(run([1, 0], { k: 5 })).rejects.toThrow(
        'k to be an integer in [1, 4], the size of the',
      );
      await expect(run([1, 0], { k: 1, leaveOneOut: true })).rejects.toThrow(
        'got 1 queries and 4 gallery rows',
      );
      const own = nearest(compass, compass.features, { k: 4, leaveOneOut: true });
      await expect(own).rejects.toThrow(
        'k to be an integer in [1, 3], the size of the gallery without',
      );
      await expect(run([3e38, 3e38], { k: 4 })).rejects.toThrow('finite products with the gallery');
    });
  });
});
