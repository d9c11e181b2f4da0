import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '@halp/random';
import { expectClose, expectNoLeak, onEachBackend } from '@halp/testing';
import { type Features, knn, nearestByDistance } from '../../src/index.ts';
import { clusters, features } from '../arrays.ts';

/** Float64 distances and a full sort: the k nearest rows of each query with their distances. */
function oracle(
  gallery: Features,
  queries: Float32Array,
  { k, leaveOneOut = false }: { k: number; leaveOneOut?: boolean },
): { rows: number[]; distances: number[] } {
  const size = gallery.features.length / gallery.labels.length;
  const rows: number[] = [];
  const distances: number[] = [];
  for (let q = 0; q < queries.length / size; q += 1) {
    const far = Array.from(gallery.labels, (_, g) => {
      let square = 0;
      for (let d = 0; d < size; d += 1) {
        square += (gallery.features[g * size + d]! - queries[q * size + d]!) ** 2;
      }
      return Math.sqrt(square);
    });
    const order = far.map((_, g) => g).filter((g) => !(leaveOneOut && g === q));
    order.sort((a, b) => far[a]! - far[b]! || a - b);
    rows.push(...order.slice(0, k));
    distances.push(...order.slice(0, k).map((g) => far[g]!));
  }
  return { rows, distances };
}

const corners = features([[0, 0], [3, 4], [0, 4], [3, 4]], [0, 1, 2, 3]); // prettier-ignore

describe('nearestByDistance', () => {
  onEachBackend(() => {
    it('returns rows and Euclidean distances, nearest first; ties go to the earlier row', async () => {
      const found = await nearestByDistance(corners, Float32Array.of(0, 0, 3, 3), { k: 3 });
      expect([...found.rows]).toEqual([0, 2, 1, 1, 3, 2]);
      expectClose(found.distances, [0, 4, 5, 1, 1, Math.sqrt(10)], { absolute: 1e-6 });
    });

    it('agrees with a loop over all pairs for every block size, also far from the origin', async () => {
      const property = fc.asyncProperty(
        fc.integer({ min: 0, max: 1000 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 200 }),
        fc.constantFrom(0, 100, 10_000),
        fc.boolean(),
        async (seed, k, blockValues, offset, leaveOneOut) => {
          const rng = createRandom(seed);
          const shape = { classes: 4, size: 6, spread: 1 };
          const all = clusters(30, shape, rng.fork('gallery'));
          const gallery = { ...all, features: all.features.map((x) => x + offset) };
          const others = clusters(11, shape, rng.fork('queries')).features;
          const queries = leaveOneOut ? gallery.features : others.map((x) => x + offset);
          const wanted = oracle(gallery, queries, { k, leaveOneOut });
          const found = await expectNoLeak(() =>
            nearestByDistance(gallery, queries, { k, blockValues, leaveOneOut }),
          );
          expect([...found.rows]).toEqual(wanted.rows);
          expectClose(found.distances, wanted.distances, { absolute: 1e-6 });
        },
      );
      await fc.assert(property, { seed: 7, numRuns: 30 });
    });

    it('orders rows by exact distances where float32 products cannot distinguish them', async () => {
      // Two groups far from their mean, whose members are 0.05 apart: products of 1e6 have steps of 0.06.
      const rows = [-1000, 1000].flatMap((x) => [0, 1, 2, 3, 4].map((j) => [x, 0.05 * j]));
      const gallery = features(rows, new Array<number>(10).fill(0));
      const queries = Float32Array.of(1000, 0.12, -1000, 0.18);
      const found = await nearestByDistance(gallery, queries, { k: 3 });
      expect([...found.rows]).toEqual([7, 8, 6, 4, 3, 2]);
      expectClose(found.distances, oracle(gallery, queries, { k: 3 }).distances, {
        absolute: 1e-6,
      });
    });

    it('refuses vectors of another size, a k out of range and values that are not finite', async () => {
      const run = (queries: number[], k: number) =>
        nearestByDistance(corners, Float32Array.from(queries), { k });
      await expect(run([1, 2, 3], 1)).rejects.toThrow(
        'nearestByDistance: expected queries to be [n, 2]',
      );
      await expect(run([1, 0], 5)).rejects.toThrow(
        'nearestByDistance: expected k to be an integer in [1, 4]',
      );
      await expect(run([NaN, 0], 1)).rejects.toThrow('queries to be finite, got NaN in row 0');
      await expect(run([3e38, 3e38], 1)).rejects.toThrow('finite products with the gallery');
    });
  });
});

describe('knn by distance', () => {
  onEachBackend(() => {
    it('predicts the class of the row nearest in Euclidean distance, not in direction', async () => {
      const gallery = features([[1, 0], [10, 10]], [0, 1]); // prettier-ignore
      const query = features([[1, 1]], [1]);
      const cosine = await knn(gallery, query, { k: 1 });
      const euclidean = await knn(gallery, query, { k: 1, metric: 'euclidean' });
      expect([cosine.predictions[0], euclidean.predictions[0]]).toEqual([1, 0]);
      expect(cosine.evaluation.settings).toEqual({ k: 1, metric: 'cosine' });
      expect(euclidean.evaluation.settings).toEqual({ k: 1, metric: 'euclidean' });
    });

    it('accepts a vector of zeros', async () => {
      const gallery = features([[0, 0], [1, 1]], [0, 1]); // prettier-ignore
      const options = { k: 1, metric: 'euclidean' } as const;
      const { predictions } = await knn(gallery, features([[0, 0]], [0]), options);
      expect([...predictions]).toEqual([0]);
    });
  });

  it('refuses an unknown metric', async () => {
    const options = { k: 1, metric: 'manhattan' as 'cosine' };
    await expect(knn(corners, corners, options)).rejects.toThrow(
      "knn: expected the metric cosine or euclidean, got 'manhattan'",
    );
  });
});
