import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '@halp/random';
import { expectClose } from '@halp/testing';
import { labelledSubset } from '../../src/index.ts';

/** 100 clips of class 0, 30 of 1, 9 of 2 and 1 of 3, mixed. */
const labels = Int32Array.from({ length: 140 }, (_, i) => {
  const place = (i * 37) % 140;
  return place < 100 ? 0 : place < 130 ? 1 : place < 139 ? 2 : 3;
});

describe('labelledSubset', () => {
  it('returns ascending rows without repeats, counts per class, and the classes without labels', () => {
    const property = fc.property(
      fc.integer({ min: 0, max: 1000 }),
      fc.double({ min: 0.001, max: 1, noNaN: true }),
      fc.boolean(),
      (seed, fraction, balanced) => {
        const options = { fraction, balanced, classes: 6 };
        const { rows, perClass, missing } = labelledSubset(labels, options, createRandom(seed));
        expect([...rows]).toEqual([...new Set(rows)].sort((a, b) => a - b));
        const counted = [0, 1, 2, 3, 4, 5].map(
          (label) => rows.filter((row) => labels[row] === label).length,
        );
        expect(perClass).toEqual(counted);
        expect(missing).toEqual([0, 1, 2, 3, 4, 5].filter((label) => counted[label] === 0));
        const expected = balanced
          ? [100, 30, 9, 1].map((count) => Math.max(1, Math.round(fraction * count)))
          : [Math.max(1, Math.round(fraction * 140))];
        expect(rows.length).toBe(expected.reduce((a, b) => a + b));
        if (balanced) expect(perClass).toEqual([...expected, 0, 0]);
      },
    );
    fc.assert(property, { seed: 1, numRuns: 100 });
  });

  it('draws every row equally often, plain and balanced', () => {
    const four = Int32Array.of(0, 0, 0, 0, 1, 1);
    const often = (balanced: boolean) => {
      const counts = new Float64Array(6);
      for (let seed = 0; seed < 6000; seed += 1) {
        const { rows } = labelledSubset(four, { fraction: 0.5, balanced }, createRandom(seed));
        for (const row of rows) counts[row] = (counts[row] ?? NaN) + 1;
      }
      return counts;
    };
    // Half of 6 and half of 4 and of 2: each row 3000 times, with a deviation of 39.
    for (const balanced of [false, true]) {
      expectClose(often(balanced), new Float64Array(6).fill(3000), { absolute: 160 });
    }
  });

  it('keeps all rows at a fraction of 1, and always at least one', () => {
    const rng = createRandom(0);
    for (const balanced of [false, true]) {
      const { rows, missing } = labelledSubset(labels, { fraction: 1, balanced }, rng);
      expect(rows).toEqual(Int32Array.from(labels.keys()));
      expect(missing).toEqual([]);
    }
    expect(labelledSubset(labels, { fraction: 1e-6, balanced: false }, rng).rows).toHaveLength(1);
  });

  it('refuses an empty list, fractions outside (0, 1] and labels that are not a class', () => {
    const run =
      (fraction: number, given = labels, classes?: number) =>
      () =>
        labelledSubset(
          given,
          { fraction, balanced: false, ...(classes === undefined ? {} : { classes }) },
          createRandom(0),
        );
    for (const fraction of [0, 1.1, NaN]) expect(run(fraction)).toThrow(`got ${fraction}`);
    expect(run(0.1, new Int32Array(0))).toThrow('expected at least one label, got none');
    expect(run(0.1, labels, 3)).toThrow('labels to be in 0..2, got 3');
  });
});
