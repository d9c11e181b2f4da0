import { describe, expect, it } from 'vitest';
import { drawPositives, type Hardness } from '@halp/positives';
import { createRandom, type Random } from '@halp/random';

/** A random stream that records its draws. */
function recording(): { rng: Random; log: string[] } {
  const rng = createRandom(0);
  const log: string[] = [];
  return {
    log,
    rng: {
      ...rng,
      uniform: () => {
        log.push('uniform');
        return rng.uniform();
      },
      integer: (bound) => {
        log.push(`integer ${bound}`);
        return rng.integer(bound);
      },
    },
  };
}

describe('drawPositives', () => {
  it('draws all targets, then all uniforms, one of each per positive', () => {
    const { rng, log } = recording();
    const draws = drawPositives({ anchors: 2, prototypes: 5, count: 3 }, rng);
    expect(log).toEqual([
      ...new Array<string>(6).fill('integer 4'),
      ...new Array<string>(6).fill('uniform'),
    ]);
    expect(draws).toMatchObject({ shape: [2, 3], margin: 0 });
  });

  it('draws targets uniformly from all prototypes except the nearest', () => {
    const { target } = drawPositives({ anchors: 100, prototypes: 5, count: 100 }, createRandom(1));
    const counts = new Array<number>(4).fill(0);
    for (const index of target) counts[index] = (counts[index] as number) + 1;
    // Chi-squared with 3 degrees of freedom exceeds 16.3 with a probability of 0.001.
    const chi = counts.reduce((sum, count) => sum + (count - 2500) ** 2 / 2500, 0);
    expect(chi).toBeLessThan(16.3);
  });

  it('draws uniforms in [0, λ) with the mean λ / 2', () => {
    for (const lambda of [0, 0.3, 1]) {
      const draws = drawPositives(
        { anchors: 10, prototypes: 3, count: 1000, lambda },
        createRandom(2),
      );
      const { uniform } = draws;
      expect(Math.min(...uniform)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...uniform)).toBeLessThanOrEqual(Math.fround(lambda));
      const mean = uniform.reduce((sum, u) => sum + u, 0) / uniform.length;
      // Four standard deviations.
      expect(Math.abs(mean - lambda / 2)).toBeLessThanOrEqual(
        (4 * lambda) / Math.sqrt(12 * 10_000),
      );
    }
  });

  it('draws the uniforms of a range between its ends; λ has the lower end 0', () => {
    const sizes = { anchors: 10, prototypes: 3, count: 1000 };
    const of = (lambda: Hardness): Float32Array =>
      drawPositives({ ...sizes, lambda }, createRandom(4)).uniform;
    expect(of([0, 0.8])).toEqual(of(0.8));
    const range = of([0.25, 0.5]);
    const whole = of(1);
    range.forEach((u, i) => {
      expect(u).toBeCloseTo(0.25 + 0.25 * (whole[i] as number), 6);
    });
    expect(new Set(of([0.25, 0.25]))).toEqual(new Set([0.25]));
  });

  it('draws no uniforms for a fixed hardness, which is the same for every positive', () => {
    const { rng, log } = recording();
    const options = { anchors: 2, prototypes: 3, count: 2, lambda: { hardness: 0.75 } };
    const draws = drawPositives(options, rng);
    expect(log).toEqual(new Array<string>(4).fill('integer 2'));
    expect(Array.from(draws.uniform)).toEqual([0.25, 0.25, 0.25, 0.25]);
    expect(draws.margin).toBe(0);
    // The targets equal those for λ with the same stream; only the step sizes differ.
    const drawn = drawPositives({ ...options, lambda: 0.8 }, createRandom(0));
    expect(draws.target).toEqual(drawn.target);
  });

  it('draws 100 positives with λ = 0.8 by default', () => {
    const draws = drawPositives({ anchors: 3, prototypes: 3 }, createRandom(3));
    expect(draws.shape).toEqual([3, 100]);
    expect(Math.max(...draws.uniform)).toBeGreaterThan(0.75);
    expect(Math.max(...draws.uniform)).toBeLessThan(0.8);
  });

  it('draws no uniforms for a fixed margin', () => {
    const { rng, log } = recording();
    const options = { anchors: 1, prototypes: 3, count: 4, lambda: 'fixed-margin' } as const;
    const draws = drawPositives(options, rng);
    expect(log).toEqual(new Array<string>(4).fill('integer 2'));
    expect(draws.margin).toBe(0.01);
    expect(Array.from(draws.uniform)).toEqual([0, 0, 0, 0]);
  });

  it('draws nothing for a single prototype', () => {
    const { rng, log } = recording();
    const draws = drawPositives({ anchors: 2, prototypes: 1, count: 2 }, rng);
    expect(log).toEqual([]);
    expect(Array.from(draws.target)).toEqual([0, 0, 0, 0]);
  });

  it('rejects sizes and λ out of range', () => {
    const rng = createRandom(0);
    const sizes = { anchors: 1, prototypes: 2 };
    expect(() => drawPositives({ ...sizes, count: 0 }, rng)).toThrow(
      new RangeError('drawPositives: expected a positive integer count, got 0'),
    );
    expect(() => drawPositives({ ...sizes, prototypes: 1.5 }, rng)).toThrow(/prototypes, got 1.5/);
    const expected =
      "drawPositives: expected lambda in [0, 1], a range [low, high] or a hardness within it, or 'fixed-margin'";
    const refused: readonly [lambda: unknown, got: string][] = [
      [-0.1, '-0.1'],
      [1.1, '1.1'],
      [NaN, 'NaN'],
      [1000, '1000'],
      [[0.5, 0.2], '[0.5,0.2]'],
      [[-0.1, 0.2], '[-0.1,0.2]'],
      [[0.2, 1.2], '[0.2,1.2]'],
      [[0.2], '[0.2]'],
      [[0, 0.5, 1], '[0,0.5,1]'],
      [{ hardness: 1.5 }, '{"hardness":1.5}'],
      ['fixed', "'fixed'"],
    ];
    for (const [lambda, got] of refused) {
      expect(() => drawPositives({ ...sizes, lambda: lambda as Hardness }, rng)).toThrow(
        new RangeError(`${expected}, got ${got}`),
      );
    }
  });
});
