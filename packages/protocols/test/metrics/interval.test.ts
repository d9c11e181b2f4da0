import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '@halp/random';
import { expectClose } from '@halp/testing';
import { accuracyInterval, bootstrapInterval } from '../../src/index.ts';

describe('accuracyInterval', () => {
  it.each([
    // scipy.stats.binom.ppf([0.025, 0.975], total, correct / total)
    [80, 100, 72, 88],
    [354, 460, 336, 371],
    [13536, 16487, 13439, 13632],
    [1, 10, 0, 3],
    [3, 7, 1, 6],
  ])('gives the binomial quantiles of scipy for %i of %i', (correct, total, low, high) => {
    expect(accuracyInterval(correct, total)).toEqual({
      low: low / total,
      high: high / total,
      confidence: 0.95,
      method: 'exact-bootstrap',
    });
  });

  it('is narrower for less confidence', () => {
    const { low, high } = accuracyInterval(354, 460, { confidence: 0.9 });
    expect([Math.round(low * 460), Math.round(high * 460)]).toEqual([339, 369]);
  });

  it('has length 0 if every clip was recognised, or none', () => {
    expect(accuracyInterval(9, 9)).toMatchObject({ low: 1, high: 1 });
    expect(accuracyInterval(0, 9)).toMatchObject({ low: 0, high: 0 });
  });

  it('contains its accuracy, and mirrors the interval of the error rate', () => {
    const property = fc.property(
      fc.integer({ min: 1, max: 3000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (total, part) => {
        const correct = Math.round(part * total);
        const { low, high } = accuracyInterval(correct, total);
        expect(low).toBeLessThanOrEqual(correct / total);
        expect(high).toBeGreaterThanOrEqual(correct / total);
        const errors = accuracyInterval(total - correct, total);
        // If a cumulative probability equals a percentile, rounding can move the result by one clip.
        expectClose([errors.low, errors.high], [1 - high, 1 - low], { absolute: 1.001 / total });
      },
    );
    fc.assert(property, { seed: 1, numRuns: 100 });
  });

  it('refuses counts that are not integers or out of range', () => {
    for (const [correct, total] of [
      [1, 0],
      [5, 4],
      [-1, 4],
      [0.5, 4],
      [NaN, 4],
    ] as const) {
      // prettier-ignore
      expect(() => accuracyInterval(correct, total)).toThrow(`got ${correct} of ${total}`);
    }
    expect(() => accuracyInterval(1, 2, { confidence: 1 })).toThrow('confidence to be in (0, 1)');
  });
});

describe('bootstrapInterval', () => {
  it('approaches the exact interval of an accuracy as resamples grow', () => {
    const values = Float32Array.from({ length: 200 }, (_, i) => (i < 150 ? 1 : 0));
    const drawn = bootstrapInterval(values, { resamples: 20000 }, createRandom(1));
    const exact = accuracyInterval(150, 200);
    // The percentile of discrete means can miss by one clip of 200.
    expectClose([drawn.low, drawn.high], [exact.low, exact.high], { absolute: 0.0051 });
    expect(drawn).toMatchObject({ method: 'bootstrap', resamples: 20000, confidence: 0.95 });
  });

  it('has the width of the central limit theorem for many values', () => {
    const rng = createRandom(2);
    const values = Float64Array.from({ length: 2000 }, () => rng.uniform());
    const { low, high } = bootstrapInterval(values, { resamples: 4000 }, rng);
    const width = 2 * 1.96 * Math.sqrt(1 / 12 / 2000);
    expectClose([high - low], [width], { relative: 0.06 });
  });

  it('interpolates between the means of the resamples, by hand', () => {
    expect(bootstrapInterval([0.3], { resamples: 3 }, createRandom(0))).toMatchObject({
      low: 0.3,
      high: 0.3,
    });
    // Two resamples of two values: the means are 0 and 1, whose 5 % point is 0.05.
    const queue = [0, 0, 1, 1];
    const scripted = { ...createRandom(0), integer: () => queue.shift() ?? 0 };
    const ends = bootstrapInterval([0, 1], { resamples: 2, confidence: 0.9 }, scripted);
    expectClose([ends.low, ends.high], [0.05, 0.95], { absolute: 1e-12 });
  });

  it('refuses an empty list, values that are not finite, and 0 resamples', () => {
    const rng = createRandom(0);
    expect(() => bootstrapInterval([], {}, rng)).toThrow('at least 1, got none');
    expect(() => bootstrapInterval([1, NaN], {}, rng)).toThrow('got NaN');
    expect(() => bootstrapInterval([1], { resamples: 0 }, rng)).toThrow('resamples to be');
  });
});
