import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '@halp/random';
import { expectClose, golden, onEachBackend } from '@halp/testing';
import type { Features } from '../../src/index.ts';
import { knn } from '../../src/index.ts';
import { clusters, features, floats, ints } from '../arrays.ts';

/** Float64 similarities, a full sort, a vote. */
function oracle(gallery: Features, queries: Features, k: number): number[] {
  const size = gallery.features.length / gallery.labels.length;
  const row = (of: Features, i: number) => of.features.subarray(i * size, (i + 1) * size);
  const dot = (a: Float32Array, b: Float32Array) => a.reduce((s, x, i) => s + x * (b[i] ?? NaN), 0);
  return Array.from(queries.labels, (_, q) => {
    const query = row(queries, q);
    const similarity = Array.from(gallery.labels, (_, g) => {
      const key = row(gallery, g);
      return dot(query, key) / Math.sqrt(dot(query, query) * dot(key, key));
    });
    const order = similarity.map((_, g) => g);
    order.sort((a, b) => (similarity[b] ?? NaN) - (similarity[a] ?? NaN) || a - b);
    const votes = new Map<number, number>();
    for (const g of order.slice(0, k)) {
      const label = gallery.labels[g] ?? -1;
      votes.set(label, (votes.get(label) ?? 0) + 1);
    }
    return [...votes].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0]?.[0] ?? -1;
  });
}

describe('knn', () => {
  onEachBackend({ webgpu: true }, () => {
    it.each([1, 5, 9])("agrees with scikit-learn's predictions at k = %i", async (k) => {
      const { meta, arrays } = golden('knn');
      const gallery = { features: floats(arrays['train']), labels: ints(arrays['train_labels']) };
      const queries = { features: floats(arrays['test']), labels: ints(arrays['test_labels']) };
      const { predictions, evaluation } = await knn(gallery, queries, { k });
      expect(predictions).toEqual(ints(arrays[`pred_k${k}`]));
      expect(evaluation.accuracy).toBe(meta[`acc_k${k}`]);
      expect(evaluation.counts).toEqual({
        train: 400,
        validation: 0,
        test: 150,
        correct: Math.round(evaluation.accuracy * 150),
      });
    });
  });

  onEachBackend(() => {
    it('agrees with sorting all similarities, for every block size', async () => {
      const property = fc.asyncProperty(
        fc.integer({ min: 0, max: 1000 }),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 200 }),
        async (seed, k, blockValues) => {
          const rng = createRandom(seed);
          const shape = { classes: 4, size: 6, spread: 1 };
          const gallery = clusters(30, shape, rng.fork('gallery'));
          const queries = clusters(11, shape, rng.fork('queries'));
          const { predictions } = await knn(gallery, queries, { k, blockValues });
          expect([...predictions]).toEqual(oracle(gallery, queries, k));
        },
      );
      await fc.assert(property, { seed: 1, numRuns: 30 });
    });

    it('depends on directions only, not on lengths', async () => {
      const gallery = features([[1, 0], [0, 1000]], [1, 0]); // prettier-ignore
      const queries = features([[1e-20, 0.9e-20], [-3, -2.9]], [1, 0]); // prettier-ignore
      expect([...(await knn(gallery, queries, { k: 1 })).predictions]).toEqual([1, 0]);
    });

    it('a tie in votes goes to the smallest label, a tie in similarity to the earlier row', async () => {
      const gallery = features([[1, 0], [1, 0.1], [1, 0.2]], [2, 1, 0]); // prettier-ignore
      const query = features([[1, 0]], [0]);
      expect((await knn(gallery, query, { k: 1 })).predictions[0]).toBe(2);
      expect((await knn(gallery, query, { k: 2 })).predictions[0]).toBe(1);
      expect((await knn(gallery, query, { k: 3 })).predictions[0]).toBe(0);
      const twins = features([[0, 1], [2, 0], [1, 0], [4, 0]], [3, 2, 1, 0]); // prettier-ignore
      for (const blockValues of [2, 8]) {
        const { predictions } = await knn(twins, query, { k: 1, blockValues });
        expect(predictions[0]).toBe(2);
      }
    });

    it('returns the fraction of votes of each class, and no top-5', async () => {
      const gallery = features([[1, 0], [1, 0.1], [1, 0.2], [0, 1]], [6, 6, 2, 0]); // prettier-ignore
      const { scores, evaluation } = await knn(gallery, features([[1, 0]], [6]), { k: 3 });
      expectClose(scores, [0, 0, 1 / 3, 0, 0, 0, 2 / 3], { absolute: 1e-7 });
      expect(evaluation).toMatchObject({ accuracy: 1, top5: null, top5Interval: null });
    });

    it('refuses zero vectors, values that are not finite and different sizes', async () => {
      const good = features([[1, 0], [0, 1]], [0, 1]); // prettier-ignore
      const zero = features([[1, 0], [0, 0]], [0, 1]); // prettier-ignore
      await expect(knn(zero, good, { k: 1 })).rejects.toThrow('zero vector in row 1');
      await expect(knn(good, zero, { k: 1 })).rejects.toThrow('queries to have a direction');
      const broken = features([[1, 0], [0, NaN]], [0, 1]); // prettier-ignore
      await expect(knn(good, broken, { k: 1 })).rejects.toThrow('got NaN in row 1');
      const wide = features([[1, 0, 0]], [0]);
      await expect(knn(good, wide, { k: 1 })).rejects.toThrow('to have 2 features');
      for (const k of [0, 1.5, 3, NaN]) {
        await expect(knn(good, good, { k })).rejects.toThrow(`k to be an integer in [1, 2]`);
      }
      await expect(knn(good, good, { k: 1, classes: 1 })).rejects.toThrow('gallery labels');
    });
  });
});
