import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '@halp/random';
import { expectClose, expectNoLeak, onEachBackend } from '@halp/testing';
import { retrieval } from '../../src/index.ts';
import { rankingQuality } from '../../src/neighbours/average-precision.ts';
import { clusters, features } from '../arrays.ts';

/** Average precision and first rank by sorting everything. */
function oracle(similarities: readonly number[], label: number, labels: Int32Array, left: number) {
  const order = similarities.map((_, row) => row).filter((row) => row !== left);
  order.sort((a, b) => (similarities[b] ?? NaN) - (similarities[a] ?? NaN) || a - b);
  const precisions: number[] = [];
  order.forEach((row, i) => {
    if (labels[row] === label) precisions.push((precisions.length + 1) / (i + 1));
  });
  if (precisions.length === 0) return null;
  return {
    averagePrecision: precisions.reduce((a, b) => a + b) / precisions.length,
    firstRank: 1 + order.findIndex((row) => labels[row] === label),
  };
}

describe('rankingQuality', () => {
  it("gives scikit-learn's average precision", () => {
    const similarities = Float32Array.of(0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2);
    const quality = rankingQuality(similarities, 1, Int32Array.of(1, 0, 1, 1, 0, 0, 1, 0), -1);
    // sklearn.metrics.average_precision_score
    expectClose([quality?.averagePrecision ?? NaN], [0.7470238095238095], { relative: 1e-12 });
    expect(quality?.firstRank).toBe(1);
  });

  it('agrees with sorting all rows, also with ties and a row left out', () => {
    const row = fc.record({ similarity: fc.integer({ min: -2, max: 2 }), label: fc.nat(2) });
    const property = fc.property(
      fc.array(row, { minLength: 1, maxLength: 30 }),
      fc.integer({ min: -1, max: 29 }),
      (rows, left) => {
        const similarities = rows.map(({ similarity }) => similarity / 4);
        const labels = Int32Array.from(rows, ({ label }) => label);
        const got = rankingQuality(Float32Array.from(similarities), 1, labels, left);
        const expected = oracle(similarities, 1, labels, left);
        expect(got === null).toBe(expected === null);
        expect(got?.firstRank).toBe(expected?.firstRank);
        expectClose([got?.averagePrecision ?? 0], [expected?.averagePrecision ?? 0], {
          absolute: 1e-12,
        });
      },
    );
    fc.assert(property, { seed: 1, numRuns: 300 });
  });
});

describe('retrieval', () => {
  onEachBackend(() => {
    it('mAP and recall equal values computed by hand', async () => {
      const gallery = features([[1, 0], [1, 0.2], [1, 0.5], [0, 1]], [0, 1, 0, 1]); // prettier-ignore
      const queries = features([[2, 0], [0, 3], [1, -5]], [1, 1, 4]); // prettier-ignore
      const result = await expectNoLeak(() =>
        retrieval(gallery, queries, { recallAt: [1, 2] }, createRandom(0)),
      );
      // Query 0 ranks 0 1 2 3: right at 2 and 4. Query 1 ranks 3 2 1 0: right at 1 and 3.
      const expected = [(1 / 2 + 2 / 4) / 2, (1 + 2 / 3) / 2, NaN];
      expect([...result.averagePrecisions]).toEqual(expected);
      expectClose([result.meanAveragePrecision], [(1 / 2 + 5 / 6) / 2], { relative: 1e-12 });
      expect(result.recall.map(({ k, value }) => [k, value])).toEqual([
        [1, 1 / 2],
        [2, 1],
      ]);
      expect(result.recall[0]?.interval).toMatchObject({ low: 0, high: 1 });
      expectClose([result.interval.low, result.interval.high], [1 / 2, 5 / 6], { relative: 1e-9 });
      expect(result.interval).toMatchObject({ method: 'bootstrap', resamples: 1000 });
      expect(result.counts).toEqual({ gallery: 4, queries: 2, unanswerable: 1 });
    });

    it('agrees with sorting all similarities, for every block size', async () => {
      const property = fc.asyncProperty(
        fc.integer({ min: 0, max: 1000 }),
        fc.integer({ min: 1, max: 150 }),
        fc.boolean(),
        async (seed, blockValues, leaveOneOut) => {
          const shape = { classes: 4, size: 5, spread: 1 };
          const gallery = clusters(17, shape, createRandom(seed));
          const queries = leaveOneOut ? gallery : clusters(9, shape, createRandom(seed + 1));
          const { averagePrecisions, recall } = await retrieval(
            gallery,
            queries,
            { blockValues, leaveOneOut, resamples: 1, recallAt: [1, 3] },
            createRandom(0),
          );
          const length = (v: Float32Array) => Math.sqrt(v.reduce((sum, x) => sum + x * x, 0));
          const expected = Array.from(queries.labels, (label, q) => {
            const query = queries.features.subarray(q * 5, q * 5 + 5);
            const similarities = Array.from(gallery.labels, (_, g) => {
              const key = gallery.features.subarray(g * 5, g * 5 + 5);
              const dot = key.reduce((sum, x, d) => sum + x * (query[d] ?? NaN), 0);
              return dot / length(query) / length(key);
            });
            return oracle(similarities, label, gallery.labels, leaveOneOut ? q : -1);
          });
          expectClose(
            averagePrecisions,
            expected.map((each) => each?.averagePrecision ?? NaN),
            { absolute: 1e-12 },
          );
          for (const { k, value } of recall) {
            const found = expected.filter((each) => (each?.firstRank ?? NaN) <= k).length;
            expect(value).toBe(found / expected.length);
          }
        },
      );
      await fc.assert(property, { seed: 1, numRuns: 30 });
    });

    it('reports a query without an answer, and disposes the gallery', async () => {
      const gallery = features([[1, 0], [0, 1]], [0, 1]); // prettier-ignore
      const strange = features([[1, 0]], [2]);
      const run = (
        options: Parameters<typeof retrieval>[2],
        queries = features([[1, 0]], [0]),
      ): Promise<unknown> => retrieval(gallery, queries, options, createRandom(0));
      await expect(run({}, strange)).rejects.toThrow("of the queries' classes, got none of any");
      await expect(run({ recallAt: [0] })).rejects.toThrow(
        'retrieval: expected a positive integer recallAt, got 0',
      );
      await expect(run({ leaveOneOut: true })).rejects.toThrow('got 1 queries and 2 gallery rows');
      await expect(run({}, features([[1]], [0]))).rejects.toThrow('to have 2 features');
      await expect(run({}, features([[0, 0]], [0]))).rejects.toThrow('zero vector in row 0');
    });
  });
});
