import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '@halp/random';
import { centreCrop, cropLength, cropResize } from '../../src/index.ts';
import { at, countingClip, noiseClip } from '../clips.ts';

const options = { size: 1000, ratio: [0.1, 1], minimum: 16 } as const;

/** The first and last frame of a view of a counting clip. */
function stretch(frames: number, seed: number): { first: number; last: number } {
  const view = cropResize(countingClip(frames), options, createRandom(seed));
  return { first: at(view, 0, 0, 0, 0), last: at(view, 0, 999, 0, 0) };
}

describe('cropLength', () => {
  it('is floor(frames * ratio), clamped between the minimum and the clip', () => {
    expect([0.1, 0.5, 0.999, 1].map((ratio) => cropLength(150, ratio, 64))).toEqual([
      64, 75, 149, 150,
    ]);
  });

  it('is the whole clip if it is shorter than the minimum', () => {
    expect(cropLength(40, 0.1, 64)).toBe(40);
    expect(cropLength(1, 0.1, 64)).toBe(1);
  });
});

describe('cropResize', () => {
  it('returns a part of the clip with an allowed length for every seed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), fc.nat(), (frames, seed) => {
        const { first, last } = stretch(frames, seed);
        const length = last - first + 1;
        expect(length).toBeGreaterThanOrEqual(Math.min(16, frames));
        expect(first).toBeGreaterThanOrEqual(0);
        expect(last).toBeLessThan(Math.min(frames, 300));
        expect(Number.isInteger(length)).toBe(true);
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it('draws lengths in the whole range and all possible starts', () => {
    const views = Array.from({ length: 4000 }, (_, seed) => stretch(20, seed));
    const lengths = new Set(views.map(({ first, last }) => last - first + 1));
    // floor(20 u) for u in [0.1, 1), raised to 16: 1 is never reached, so 20 is not either.
    expect([...lengths].sort()).toEqual([16, 17, 18, 19]);
    const starts = views.filter((v) => v.last - v.first === 15).map((v) => v.first);
    const counts = [0, 1, 2, 3, 4].map((start) => starts.filter((s) => s === start).length);
    const expected = starts.length / 5;
    // Five standard deviations of a binomial count.
    for (const count of counts)
      expect(Math.abs(count - expected)).toBeLessThan(5 * Math.sqrt(expected));
  });

  it('never uses frames after `longest`', () => {
    const clip = countingClip(40);
    const late = Array.from({ length: 50 }, (_, seed) =>
      Math.max(...cropResize(clip, { ...options, longest: 20 }, createRandom(seed)).data),
    );
    expect(Math.max(...late)).toBe(19);
  });

  it('does not change its input, and returns the same view for the same stream', () => {
    const clip = noiseClip([3, 30, 20, 1]);
    const before = clip.data.slice();
    const view = cropResize(clip, options, createRandom(3));
    expect(clip.data).toEqual(before);
    expect(cropResize(clip, options, createRandom(3))).toEqual(view);
    expect(cropResize(clip, options, createRandom(4))).not.toEqual(view);
  });

  it('rejects options out of range and names them', () => {
    const crop = (change: object) => () =>
      cropResize(countingClip(30), { ...options, ...change }, createRandom(0));
    expect(crop({ ratio: [0, 1] })).toThrow(
      'cropResize: expected a ratio with 0 < low <= high <= 1, got [0, 1]',
    );
    expect(crop({ ratio: [0.5, 0.4] })).toThrow('got [0.5, 0.4]');
    expect(crop({ ratio: [0.5, NaN] })).toThrow('got [0.5, NaN]');
    expect(crop({ minimum: 0 })).toThrow('expected a positive integer minimum, got 0');
    expect(crop({ size: 1.5 })).toThrow('expected a positive integer size, got 1.5');
    expect(crop({ longest: -1 })).toThrow('expected a positive integer longest, got -1');
  });
});

describe('centreCrop', () => {
  it('removes floor(0.05 * n / 2) frames at either end', () => {
    const ends = [1, 39, 40, 80, 300, 1000].map((frames) => {
      const view = centreCrop(countingClip(frames), { size: 1000 });
      return [at(view, 0, 0, 0, 0), at(view, 0, 999, 0, 0)];
    });
    // At 1000 frames the first 300 are used.
    expect(ends).toEqual([
      [0, 0],
      [0, 38],
      [1, 38],
      [2, 77],
      [7, 292],
      [7, 292],
    ]);
  });

  it('rejects a ratio of zero or above 1', () => {
    const crop = (ratio: number) => () => centreCrop(countingClip(9), { size: 4, ratio });
    expect(crop(0)).toThrow('centreCrop: expected a ratio in (0, 1], got 0');
    expect(crop(1.1)).toThrow('got 1.1');
  });
});
