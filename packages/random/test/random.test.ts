import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom, restoreRandom } from '@halp/random';

const first = (count: number, rng = createRandom(0)): number[] =>
  Array.from({ length: count }, () => rng.uniform());

describe('createRandom', () => {
  it('gives the same numbers for the same seed and different numbers for another seed', () => {
    expect(first(5, createRandom(7))).toEqual(first(5, createRandom(7)));
    expect(first(5, createRandom(8))).not.toEqual(first(5, createRandom(7)));
  });

  it('gives the same numbers in every version', () => {
    const rng = createRandom(0);
    expect([rng.uniform(), rng.integer(1000), rng.normal()]).toMatchInlineSnapshot(`
      [
        0.8739959265075774,
        462,
        -0.2163933277955893,
      ]
    `);
  });

  it.each([0.5, NaN, Infinity, 2 ** 60])('rejects %s as a seed', (seed) => {
    expect(() => createRandom(seed)).toThrow(RangeError);
  });
});

describe('uniform', () => {
  it('is uniform in [0, 1): mean 1/2, variance 1/12, and a tenth of the draws in each tenth', () => {
    const draws = first(100_000);
    const mean = draws.reduce((sum, x) => sum + x, 0) / draws.length;
    const variance = draws.reduce((sum, x) => sum + (x - mean) ** 2, 0) / draws.length;
    const counts = new Array<number>(10).fill(0);
    for (const x of draws) counts[Math.floor(x * 10)]! += 1;
    // Four standard errors: 0.0009 for the mean, 95 for a count.
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.0037);
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(0.001);
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(380);
    expect(Math.min(...draws)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...draws)).toBeLessThan(1);
  });
});

describe('integer', () => {
  it('gives every value equally often', () => {
    const rng = createRandom(1);
    const counts = [0, 0, 0, 0, 0, 0];
    for (let i = 0; i < 60_000; i++) counts[rng.integer(6)]! += 1;
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(370);
  });

  it.each([0, -1, 1.5, NaN])('rejects %s as a bound', (bound) => {
    expect(() => createRandom(0).integer(bound)).toThrow(
      /integer: expected bound to be an integer of at least 1/,
    );
  });
});

describe('normal', () => {
  it('has mean 0, variance 1, and 68.27 % within one standard deviation', () => {
    const rng = createRandom(2);
    const draws = Array.from({ length: 100_000 }, () => rng.normal());
    const mean = draws.reduce((sum, x) => sum + x, 0) / draws.length;
    const variance = draws.reduce((sum, x) => sum + x * x, 0) / draws.length;
    const within = draws.filter((x) => Math.abs(x) < 1).length / draws.length;
    expect(Math.abs(mean)).toBeLessThan(0.0127);
    expect(Math.abs(variance - 1)).toBeLessThan(0.018);
    expect(Math.abs(within - 0.6827)).toBeLessThan(0.006);
  });
});

describe('fork', () => {
  it('depends on the key and the parent, not on previous draws', () => {
    const parent = createRandom(3);
    const before = first(4, parent.fork('view', 1));
    parent.uniform();
    expect(first(4, parent.fork('view', 1))).toEqual(before);
    expect(first(4, createRandom(4).fork('view', 1))).not.toEqual(before);
  });

  it('consumes no draw', () => {
    const parent = createRandom(3);
    parent.fork('a');
    expect(first(3, parent)).toEqual(first(3, createRandom(3)));
  });

  it('distinguishes numbers from strings, and the boundaries between parts', () => {
    const rng = createRandom(0);
    const streams = [
      rng,
      rng.fork(1),
      rng.fork('1'),
      rng.fork('ab'),
      rng.fork('a', 'b'),
      rng.fork('a').fork(''),
      rng.fork('', 'a'),
      rng.fork('a'),
    ];
    expect(new Set(streams.map((stream) => stream.fork('x').uniform())).size).toBe(streams.length);
  });

  it('distinguishes a key of two parts from its first part', () => {
    const rng = createRandom(5);
    expect(rng.fork('a', 'b').uniform()).not.toBe(rng.fork('a').uniform());
  });

  it('gives independent first draws for adjacent keys', () => {
    const rng = createRandom(0);
    const draws = Array.from({ length: 10_000 }, (_, i) => rng.fork('epoch', i).uniform());
    const mean = draws.reduce((sum, x) => sum + x, 0) / draws.length;
    let covariance = 0;
    for (let i = 1; i < draws.length; i++)
      covariance += (draws[i]! - mean) * (draws[i - 1]! - mean);
    // Four standard errors each.
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.0116);
    expect(Math.abs(covariance / draws.length) * 12).toBeLessThan(0.04);
    expect(new Set(draws).size).toBe(draws.length);
  });
});

describe('state', () => {
  it('resumes exactly, including forks, also after a JSON round trip', () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat(20), (seed, draws) => {
        const rng = createRandom(seed);
        first(draws, rng);
        const copy = restoreRandom(
          JSON.parse(JSON.stringify(rng.state())) as ReturnType<typeof rng.state>,
        );
        expect(first(5, copy)).toEqual(first(5, rng));
        expect(copy.fork('a', 1).uniform()).toBe(rng.fork('a', 1).uniform());
      }),
      { seed: 1, numRuns: 50 },
    );
  });

  it('rejects an invalid state', () => {
    expect(() => restoreRandom({ identity: [1, 2, 3], words: [1, 2, 3, 4] })).toThrow(
      /4 \+ 4 words/,
    );
    expect(() => restoreRandom({ identity: [1, 2, 3, NaN], words: [1, 2, 3, 4] })).toThrow(
      RangeError,
    );
  });
});
