import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '@halp/random';
import { expectClose, expectNoLeak, onEachBackend } from '@halp/testing';
import { assignColumns } from '../../src/clustering/assignment.ts';
import {
  adjustedRandIndex,
  clusterAgreement,
  clustering,
  clusteringAccuracy,
  kMeans,
  normalizedMutualInformation,
  purity,
} from '../../src/index.ts';
import { clusters, features } from '../arrays.ts';

const labels = Int32Array.of(0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 2);
const found = Int32Array.of(1, 1, 1, 0, 0, 0, 2, 2, 2, 2, 2, 1);
const exact = { absolute: 1e-12 };

describe('the agreement of clusters with classes', () => {
  it("is scikit-learn's", () => {
    // normalized_mutual_info_score and adjusted_rand_score of scikit-learn 1.x; the other two by hand.
    const { nmi, ari, ...counted } = clusterAgreement(labels, found);
    expectClose([nmi, ari], [0.48487648752570484, 0.3348264277715566], exact);
    expect(counted).toEqual({ purity: 9 / 12, accuracy: 9 / 12 });
    const halves = [Int32Array.of(0, 1, 0, 1, 0, 1, 0, 1), Int32Array.of(0, 0, 1, 1, 0, 0, 1, 1)] as const; // prettier-ignore
    expectClose([normalizedMutualInformation(...halves)], [0], exact);
    expectClose([adjustedRandIndex(...halves)], [-1 / 6], exact);
    const apart = [Int32Array.of(0, 0, 1, 1), Int32Array.of(0, 1, 2, 3)] as const;
    expectClose([normalizedMutualInformation(...apart)], [2 / 3], exact);
    expectClose([adjustedRandIndex(...apart)], [0], exact);
    expect([purity(...apart), clusteringAccuracy(...apart)]).toEqual([1, 1 / 2]);
  });

  it('is 1 for equal partitions with other numbers, also for one part and for single clips', () => {
    const property = fc.property(fc.array(fc.nat(4), { minLength: 1, maxLength: 20 }), (parts) => {
      const renamed = Int32Array.from(parts, (part) => (part * 7 + 3) % 11);
      const agreement = clusterAgreement(Int32Array.from(parts), renamed);
      expectClose(Object.values(agreement), [1, 1, 1, 1], exact);
    });
    fc.assert(property, { seed: 1, numRuns: 50 });
    const single = Int32Array.of(0, 1, 2);
    expectClose(Object.values(clusterAgreement(single, single)), [1, 1, 1, 1], exact);
  });

  it('lies in its range; NMI and ARI are symmetric', () => {
    const partition = fc.array(fc.tuple(fc.nat(4), fc.nat(4)), { minLength: 2, maxLength: 30 });
    const property = fc.property(partition, (pairs) => {
      const [a, b] = [0, 1].map((i) => Int32Array.from(pairs, (pair) => pair[i] ?? -1)) as [
        Int32Array,
        Int32Array,
      ];
      const [there, back] = [clusterAgreement(a, b), clusterAgreement(b, a)];
      expectClose([there.nmi, there.ari], [back.nmi, back.ari], exact);
      expect(there.accuracy).toBe(back.accuracy);
      expect(there.accuracy).toBeLessThanOrEqual(there.purity);
      for (const value of [there.nmi, there.purity, there.accuracy]) {
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1);
      }
      expect(there.ari).toBeLessThanOrEqual(1);
    });
    fc.assert(property, { seed: 1, numRuns: 100 });
  });

  it('refuses partitions of different clips', () => {
    expect(() => purity(labels, found.subarray(1))).toThrow(
      'purity: expected as many labels as clusters',
    );
    expect(() => adjustedRandIndex(new Int32Array(0), new Int32Array(0))).toThrow('got 0 and 0');
  });
});

describe('assignColumns', () => {
  /** The largest sum over all matchings, by trying them all. */
  function best(gains: readonly (readonly number[])[], taken: readonly number[] = []): number {
    const [row, ...rest] = gains;
    if (!row) return 0;
    const choices = row.flatMap((gain, j) =>
      taken.includes(j) ? [] : [gain + best(rest, [...taken, j])],
    );
    // With fewer columns than rows, some rows get none.
    return Math.max(
      ...choices,
      row.length < gains.length + taken.length ? best(rest, taken) : -Infinity,
    );
  }

  it('finds the matching with the largest sum', () => {
    const property = fc.property(
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 5 }),
      fc.infiniteStream(fc.nat(9)),
      (rows, columns, stream) => {
        const gains = Array.from({ length: rows }, () => [...stream.take(columns)]);
        const partners = assignColumns(gains);
        const used = partners.filter((column) => column >= 0);
        expect(new Set(used).size).toBe(Math.min(rows, columns));
        expect(used.length).toBe(Math.min(rows, columns));
        const sum = gains.reduce((all, row, i) => all + (row[partners[i] ?? -1] ?? 0), 0);
        expect(sum).toBe(best(gains));
      },
    );
    fc.assert(property, { seed: 1, numRuns: 200 });
  });
});

describe('kMeans', () => {
  onEachBackend(() => {
    it('finds clusters that are separated by direction (cosine) or position (Euclidean)', async () => {
      const far = clusters(60, { classes: 4, size: 8, spread: 9 }, createRandom(1));
      for (const metric of ['cosine', 'euclidean'] as const) {
        const result = await expectNoLeak(() => clustering(far, { metric }, createRandom(0)));
        expect(result).toMatchObject({ nmi: 1, ari: 1, purity: 1, accuracy: 1 });
        expect(result.settings).toEqual({ clusters: 4, metric, restarts: 10, maxIterations: 100 });
        expect(result.clusters.converged).toBe(true);
      }
    });

    it('gives centres that are the means of their rows, and the distances to them: by hand', async () => {
      const line = Float32Array.of(0, 1, 2, 10, 12);
      const { assignments, centres, inertia } = await kMeans(
        line,
        { size: 1, clusters: 2, metric: 'euclidean' },
        createRandom(0),
      );
      const [low = NaN, high = NaN] = centres;
      expectClose([Math.min(low, high), Math.max(low, high)], [1, 11], { absolute: 1e-6 });
      expectClose([inertia], [1 + 0 + 1 + 1 + 1], { absolute: 1e-4 });
      expect(assignments[0]).toBe(assignments[2]);
      expect(assignments[3]).toBe(assignments[4]);
      expect(assignments[0]).not.toBe(assignments[3]);
    });

    it('ends where no row is closer to another centre; centres have unit length under cosine', async () => {
      const noise = clusters(80, { classes: 3, size: 5, spread: 1 }, createRandom(2));
      const { assignments, centres, inertia } = await kMeans(
        noise.features,
        { size: 5, clusters: 6, restarts: 2 },
        createRandom(3),
      );
      let sum = 0;
      for (let row = 0; row < 80; row += 1) {
        const x = noise.features.subarray(row * 5, row * 5 + 5);
        const length = Math.sqrt(x.reduce((s, v) => s + v * v, 0));
        const distances = Array.from({ length: 6 }, (_, c) => {
          const centre = centres.subarray(c * 5, c * 5 + 5);
          return x.reduce((s, v, d) => s + (v / length - (centre[d] ?? NaN)) ** 2, 0);
        });
        const own = distances[assignments[row] ?? -1] ?? NaN;
        expect(own).toBeLessThanOrEqual(Math.min(...distances) + 1e-5);
        sum += own;
      }
      expectClose([inertia], [sum], { relative: 1e-4 });
      for (let c = 0; c < 6; c += 1) {
        const centre = centres.subarray(c * 5, c * 5 + 5);
        expectClose([centre.reduce((s, v) => s + v * v, 0)], [1], { relative: 1e-5 });
      }
    });

    it('returns the requested number of clusters for equal rows, and the same ones for a seed', async () => {
      const alike = features([[1, 0], [1, 0], [1, 0], [0, 1]], [0, 0, 0, 1]); // prettier-ignore
      const options = { size: 2, clusters: 2 };
      const { assignments } = await kMeans(alike.features, options, createRandom(0));
      expect(new Set(assignments).size).toBe(2);
      const noise = clusters(50, { classes: 3, size: 4, spread: 1 }, createRandom(2));
      const run = (seed: number) =>
        kMeans(noise.features, { size: 4, clusters: 5, restarts: 1 }, createRandom(seed));
      expect(await run(1)).toEqual(await run(1));
      expect((await run(1)).centres).not.toEqual((await run(2)).centres);
    });

    it('restarts an empty cluster at the row farthest from its centre', async () => {
      // From seeds in rows 0, 3 and 2 the first cluster loses its rows to the others in the second round.
      const rows = Float32Array.of(0, 13, 18, 0, 7, 19, 5, 19, 16, 1);
      const draws = [0.58, 0.552];
      const scripted = {
        ...createRandom(0),
        integer: () => 0,
        uniform: () => draws.shift() ?? NaN,
      };
      const rng = { ...scripted, fork: () => scripted };
      const options = { size: 2, clusters: 3, metric: 'euclidean', restarts: 1 } as const;
      const { assignments, inertia } = await kMeans(rows, options, rng);
      expect(draws).toEqual([]);
      // (18, 0) is farthest from the mean of its two and gets the empty cluster: by hand.
      expect([...assignments]).toEqual([1, 0, 1, 1, 2]);
      // The three about (4, 17).
      expectClose([inertia], [16 + 16 + 9 + 4 + 1 + 4], { absolute: 1e-2 });
    });

    it('refuses more clusters than rows and rows without direction', async () => {
      const two = Float32Array.of(1, 0, 0, 0);
      const run = (options: Partial<Parameters<typeof kMeans>[1]>) =>
        kMeans(two, { size: 2, clusters: 1, ...options }, createRandom(0));
      await expect(run({ clusters: 3 })).rejects.toThrow(
        'kMeans: expected at most 2 clusters, one a row, got 3',
      );
      await expect(run({})).rejects.toThrow('kMeans: expected features to have a direction');
      await expect(run({ restarts: 0 })).rejects.toThrow(
        'kMeans: expected a positive integer restarts, got 0',
      );
      await expect(run({ size: 3 })).rejects.toThrow('features to be [n, 3]');
    });
  });
});
