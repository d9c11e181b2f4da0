import { describe, expect, it } from 'vitest';
import { createRandom } from '@halp/random';
import { shiftTime, temporalCrop } from '../../src/index.ts';
import { at, countingClip } from '../clips.ts';

const framesOf = (clip: ReturnType<typeof countingClip>): number[] =>
  Array.from({ length: clip.shape[1] }, (_, t) => at(clip, 1, t, 1, 0));

describe('shiftTime', () => {
  it('reflects the clip at its ends and repeats the first or last frame', () => {
    expect(framesOf(shiftTime(countingClip(5), -2))).toEqual([1, 0, 0, 1, 2]);
    expect(framesOf(shiftTime(countingClip(5), 2))).toEqual([2, 3, 4, 4, 3]);
    expect(framesOf(shiftTime(countingClip(5), 0))).toEqual([0, 1, 2, 3, 4]);
    expect(framesOf(shiftTime(countingClip(3), 3))).toEqual([2, 1, 0]);
    expect(() => shiftTime(countingClip(3), 4)).toThrow('expected a shift in [-3, 3], got 4');
  });

  it('returns the frames of the padded clip from a later start', () => {
    const [T, P] = [9, 3];
    const forward = Array.from({ length: T }, (_, t) => t);
    const padded = [
      ...forward.slice(0, P).reverse(),
      ...forward,
      ...forward.slice(T - P).reverse(),
    ];
    for (let start = 0; start <= 2 * P; start++) {
      expect(framesOf(shiftTime(countingClip(T), start - P))).toEqual(
        padded.slice(start, start + T),
      );
    }
  });
});

describe('temporalCrop', () => {
  it('starts at each of the 2 floor(T / ratio) + 1 positions equally often', () => {
    const clip = countingClip(20);
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 3500; seed++) {
      const frames = framesOf(temporalCrop(clip, { paddingRatio: 6 }, createRandom(seed))).join();
      counts.set(frames, (counts.get(frames) ?? 0) + 1);
    }
    const expected = new Set(
      [-3, -2, -1, 0, 1, 2, 3].map((shift) => framesOf(shiftTime(clip, shift)).join()),
    );
    expect(new Set(counts.keys())).toEqual(expected);
    // Five standard deviations of a binomial count of 3500 / 7.
    for (const count of counts.values()) expect(Math.abs(count - 500)).toBeLessThan(5 * 21);
  });

  it('returns the clip itself if it is shorter than the ratio', () => {
    const clip = countingClip(5);
    expect(temporalCrop(clip, { paddingRatio: 6 }, createRandom(0))).toEqual(clip);
  });

  it('rejects a ratio that is not an integer', () => {
    expect(() => temporalCrop(countingClip(5), { paddingRatio: 2.5 }, createRandom(0))).toThrow(
      'temporalCrop: expected a positive integer paddingRatio, got 2.5',
    );
  });
});
