import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resizeTime } from '../../src/index.ts';
import { at, countingClip, noiseClip } from '../clips.ts';

describe('resizeTime', () => {
  it('copies the clip if the number of frames does not change', () => {
    const clip = noiseClip([3, 9, 4, 2]);
    expect(resizeTime(clip, { start: 0, length: 9, size: 9 })).toEqual(clip);
  });

  it('reads frame i at (i + 0.5) * length / size - 0.5, clamped at the ends', () => {
    const clip = countingClip(10);
    const out = resizeTime(clip, { start: 2, length: 4, size: 8 });
    const frames = Array.from({ length: 8 }, (_, t) => at(out, 1, t, 1, 0));
    expect(frames).toEqual([2, 2.25, 2.75, 3.25, 3.75, 4.25, 4.75, 5]);
  });

  it('skips frames without averaging when it shortens a clip', () => {
    const out = resizeTime(countingClip(12), { start: 0, length: 12, size: 3 });
    expect([0, 1, 2].map((t) => at(out, 0, t, 0, 0))).toEqual([1.5, 5.5, 9.5]);
  });

  it('repeats a single frame', () => {
    const out = resizeTime(countingClip(5), { start: 3, length: 1, size: 4 });
    expect([...out.data].every((value) => value === 3)).toBe(true);
    expect(out.shape).toEqual([3, 4, 2, 1]);
  });

  it('matches a plain loop in float64 up to float32 rounding', () => {
    const cases = fc.record({
      frames: fc.integer({ min: 1, max: 40 }),
      size: fc.integer({ min: 1, max: 40 }),
      cut: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(cases, ({ frames, size, cut }) => {
        const clip = noiseClip([3, frames, 2, 2], frames);
        const length = 1 + Math.floor(cut * (frames - 1));
        const start = frames - length;
        const out = resizeTime(clip, { start, length, size });
        for (let i = 0; i < size; i++) {
          const source = Math.min(Math.max(((i + 0.5) * length) / size - 0.5, 0), length - 1);
          const frame = Math.floor(source);
          const low = at(clip, 2, start + frame, 1, 0);
          const high = at(clip, 2, start + Math.min(frame + 1, length - 1), 1, 0);
          const expected = low + (source - frame) * (high - low);
          // The position itself is float32: 40 * 2^-24 of a frame, times a difference of at most 10.
          expect(Math.abs(at(out, 2, i, 1, 0) - expected)).toBeLessThan(4e-5);
        }
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  it('rejects frames outside the clip and sizes below 1', () => {
    const clip = countingClip(5);
    expect(() => resizeTime(clip, { start: 3, length: 3, size: 4 })).toThrow(
      'resizeTime: expected a range of the 5 frames of the clip, got 3 from 3',
    );
    expect(() => resizeTime(clip, { start: 0, length: 0, size: 4 })).toThrow('got 0 from 0');
    expect(() => resizeTime(clip, { start: 0, length: NaN, size: 4 })).toThrow('got NaN from 0');
    expect(() => resizeTime(clip, { start: 0, length: 5, size: 0.5 })).toThrow(
      'resizeTime: expected a positive integer size, got 0.5',
    );
  });
});
