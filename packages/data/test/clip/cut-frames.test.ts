import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Clip, createClip } from '@halp/skeleton';
import { cutFrames } from '../../src/clip/cut-frames.ts';

const clip: Clip = createClip(
  [3, 5, 2, 2],
  Float32Array.from({ length: 60 }, (_, i) => i),
);

describe('cutFrames', () => {
  it('gives frame start + t as its frame t', () => {
    const range = fc
      .integer({ min: 0, max: 4 })
      .chain((start) => fc.tuple(fc.constant(start), fc.integer({ min: start + 1, max: 5 })));
    const property = fc.property(range, ([start, end]) => {
      const cut = cutFrames(clip, start, end);
      expect(cut.shape).toEqual([3, end - start, 2, 2]);
      for (let c = 0; c < 3; c++) {
        for (let i = 0; i < (end - start) * 4; i++) {
          expect(cut.data[c * (end - start) * 4 + i]).toBe(clip.data[(c * 5 + start) * 4 + i]);
        }
      }
    });
    fc.assert(property, { seed: 1, numRuns: 50 });
  });

  it('copies: later writes to the clip change nothing', () => {
    const own = createClip(clip.shape, clip.data.slice());
    const cut = cutFrames(own, 0, 5);
    own.data.fill(-1);
    expect([...cut.data]).toEqual([...clip.data]);
  });

  it.each([
    [-1, 2],
    [2, 2],
    [3, 2],
    [4, 6],
    [0.5, 2],
    [0, NaN],
  ])('refuses frames [%d, %d) of five', (start, end) => {
    expect(() => cutFrames(clip, start, end)).toThrow(
      `cutFrames: expected frames within [0, 5), got [${start}, ${end})`,
    );
  });
});
