import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { choose, createRandom, permutation } from '@halp/random';

describe('permutation', () => {
  it('contains every integer once', () => {
    fc.assert(
      fc.property(fc.nat(50), fc.integer(), (length, seed) => {
        const order = permutation(length, createRandom(seed));
        expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length }, (_, i) => i));
      }),
      { seed: 1, numRuns: 50 },
    );
  });

  it('gives each order of three equally often', () => {
    const rng = createRandom(0);
    const counts = new Map<string, number>();
    for (let i = 0; i < 12_000; i++) {
      const order = permutation(3, rng).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    // Four standard errors of 2000 among 12,000.
    for (const count of counts.values()) expect(Math.abs(count - 2000)).toBeLessThan(164);
  });
});

describe('choose', () => {
  it('chooses each ordered pair of four equally often', () => {
    const rng = createRandom(1);
    const counts = new Map<string, number>();
    for (let i = 0; i < 24_000; i++) {
      const pair = choose(2, 4, rng).join('');
      counts.set(pair, (counts.get(pair) ?? 0) + 1);
    }
    expect(counts.size).toBe(12);
    for (const count of counts.values()) expect(Math.abs(count - 2000)).toBeLessThan(172);
  });

  it('rejects a count above the number of items', () => {
    expect(() => choose(5, 4, createRandom(0))).toThrow(
      'choose: expected count to be an integer in [0, 4], got 5',
    );
    expect(() => choose(1, -1, createRandom(0))).toThrow(RangeError);
  });
});
