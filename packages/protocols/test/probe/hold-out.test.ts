import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '@halp/random';
import { holdOut } from '../../src/index.ts';

describe('holdOut', () => {
  it('puts every row on exactly one side', () => {
    const property = fc.property(
      fc.integer({ min: 2, max: 60 }),
      fc.double({ min: 0.1, max: 0.9, noNaN: true }),
      fc.integer(),
      (count, fraction, seed) => {
        fc.pre(Math.round(fraction * count) % count !== 0);
        const { train, validation } = holdOut(count, { fraction }, createRandom(seed));
        expect(validation.length).toBe(Math.round(fraction * count));
        const all = [...train, ...validation].sort((a, b) => a - b);
        expect(all).toEqual(Array.from({ length: count }, (_, i) => i));
      },
    );
    fc.assert(property, { seed: 1, numRuns: 50 });
  });

  it('holds out whole subjects, no more than needed', () => {
    const subjects = Int32Array.from({ length: 60 }, (_, i) => (i * 7) % 5);
    for (const seed of [0, 1, 2, 3]) {
      const { train, validation } = holdOut(60, { fraction: 0.3, subjects }, createRandom(seed));
      const held = new Set(Array.from(validation, (row) => subjects[row]));
      expect(held.size).toBe(2);
      expect(train.some((row) => held.has(subjects[row]))).toBe(false);
      expect(train.length + validation.length).toBe(60);
    }
  });

  it('depends only on the seed', () => {
    const split = (seed: number) => [...holdOut(40, { fraction: 0.25 }, createRandom(seed)).train];
    expect(split(3)).toEqual(split(3));
    expect(split(3)).not.toEqual(split(4));
  });

  it('refuses splits with an empty side and subjects that do not fit', () => {
    const rng = createRandom(0);
    expect(() => holdOut(10, { fraction: 1 }, rng)).toThrow('fraction to be in (0, 1), got 1');
    expect(() => holdOut(3, { fraction: 0.1 }, rng)).toThrow('got 3 to train on and 0 held out');
    const subjects = new Int32Array(10).fill(4);
    expect(() => holdOut(10, { fraction: 0.5, subjects }, rng)).toThrow('got 0 to train on');
    expect(() => holdOut(9, { fraction: 0.5, subjects }, rng)).toThrow('each of 9 rows, got 10');
  });
});
