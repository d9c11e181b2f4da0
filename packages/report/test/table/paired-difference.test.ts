import { describe, expect, it } from 'vitest';
import { createRandom } from '@halp/random';
import { pairedDifference } from '../../src/index.ts';

/** The half width of the interval in units of s / sqrt(n). */
function quantile(count: number): number {
  const values = Array.from({ length: count }, (_, i) => i);
  const { mean, interval } = pairedDifference(
    values,
    values.map(() => 0),
  );
  const s = Math.sqrt((count * (count + 1)) / 12);
  return (((interval?.high ?? NaN) - mean) / s) * Math.sqrt(count);
}

/** The share of sign choices that are at least as extreme, each sum computed separately. */
function loopP(differences: readonly number[]): number {
  const n = differences.length;
  const sums = Array.from({ length: 2 ** n }, (_, choice) =>
    Math.abs(differences.reduce((sum, d, i) => sum + ((choice >> i) & 1 ? -d : d), 0)),
  );
  return sums.filter((sum) => sum >= (sums[0] as number) - 1e-9).length / 2 ** n;
}

describe('pairedDifference', () => {
  it('has the mean of the differences and the interval of Student’s distribution (tables, four digits)', () => {
    const { mean, count } = pairedDifference([0.5, 0.7, 0.6], [0.4, 0.5, 0.6]);
    expect(mean).toBeCloseTo(0.1, 12);
    expect(count).toBe(3);
    const tabulated = [
      [2, 12.7062],
      [3, 4.3027],
      [4, 3.1824],
      [5, 2.7764],
      [6, 2.5706],
      [11, 2.2281],
      [20, 2.093],
      [21, 2.086],
    ] as const;
    for (const [n, t] of tabulated) expect(quantile(n), `${n} pairs`).toBeCloseTo(t, 3);
  });

  it('has the p of all choices of signs', () => {
    // Only both original and all signs flipped are as extreme.
    expect(pairedDifference([1, 2, 4], [0, 0, 0]).p).toBe(2 / 8);
    expect(pairedDifference([1, 1], [0, 2]).p).toBe(1);
    expect(pairedDifference([3, 3, 3], [3, 3, 3]).p).toBe(1);
    const rng = createRandom(4);
    for (let n = 2; n <= 10; n++) {
      // Accuracies over 464 clips: many sums are equal.
      const values = Array.from({ length: n }, () => (rng.integer(9) - 3) / 464);
      const p = pairedDifference(
        values,
        values.map(() => 0),
      ).p as number;
      expect(p).toBe(loopP(values));
    }
  });

  it('finds what an unpaired comparison would not: a constant gain below the spread of the seeds', () => {
    const rng = createRandom(5);
    const baseline = Array.from({ length: 20 }, () => 0.7 + 0.03 * rng.normal());
    const values = baseline.map((value) => value + 0.01 + 0.003 * rng.normal());
    const { interval, p } = pairedDifference(values, baseline);
    expect(interval?.low).toBeGreaterThan(0.008);
    expect(interval?.high).toBeLessThan(0.012);
    expect(p).toBe(2 ** -19);
  });

  it('has neither interval nor p for one pair, and no p for more than 24', () => {
    expect(pairedDifference([0.5], [0.25])).toEqual({
      mean: 0.25,
      interval: undefined,
      p: undefined,
      count: 1,
    });
    const many = Array.from({ length: 25 }, (_, i) => i);
    expect(pairedDifference(many, many).p).toBeUndefined();
  });

  it('refuses series of different lengths and empty ones', () => {
    expect(() => pairedDifference([1], [1, 2])).toThrow(
      'pairedDifference: expected as many values as in the baseline, got 1 and 2',
    );
    expect(() => pairedDifference([], [])).toThrow('expected at least one value, got none');
  });
});
