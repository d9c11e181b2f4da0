import { describe, expect, it } from 'vitest';
import { temporalFlip } from '../../src/index.ts';
import { at, countingClip, noiseClip } from '../clips.ts';

describe('temporalFlip', () => {
  it('reverses the order of the frames', () => {
    const out = temporalFlip(countingClip(5));
    expect([0, 1, 2, 3, 4].map((t) => at(out, 2, t, 1, 0))).toEqual([4, 3, 2, 1, 0]);
  });

  it('is its own inverse', () => {
    const clip = noiseClip([3, 7, 4, 2]);
    const before = clip.data.slice();
    expect(temporalFlip(temporalFlip(clip))).toEqual(clip);
    expect(clip.data).toEqual(before);
  });
});
