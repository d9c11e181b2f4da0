import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from '@halp/files';
import { createClip } from '@halp/skeleton';
import { requireFinite } from '../../src/clip/finite.ts';
import { allFinite } from '../../src/index.ts';

describe('allFinite', () => {
  it('agrees with a test of each number', () => {
    const numbers = fc.array(fc.float(), { maxLength: 40 });
    fc.assert(
      fc.property(numbers, (values) => {
        const data = Float32Array.from(values);
        expect(allFinite(data)).toBe(data.every((value) => Number.isFinite(value)));
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it.each([NaN, Infinity, -Infinity])('finds %d at every place', (value) => {
    for (let length = 1; length < 14; length++) {
      for (let i = 0; i < length; i++) {
        expect(allFinite(new Float32Array(length).fill(1).fill(value, i, i + 1))).toBe(false);
      }
    }
  });

  it('is not misled by sums that float32 would not hold, nor by infinities that cancel', () => {
    const most = 3.4028234663852886e38;
    expect(allFinite(new Float32Array(10_000).fill(most))).toBe(true);
    expect(allFinite(Float32Array.of(Infinity, 0, 0, 0, -Infinity))).toBe(false);
    expect(allFinite(Float32Array.of(Infinity, -Infinity))).toBe(false);
    expect(allFinite(new Float32Array())).toBe(true);
  });
});

describe('requireFinite', () => {
  it('names the place of the first number that is not finite', () => {
    const clip = createClip([3, 2, 4, 2]);
    requireFinite(clip, 'good', 'a.npy');
    clip.data.set([Infinity], ((1 * 2 + 1) * 4 + 3) * 2 + 1);
    clip.data.set([NaN], clip.data.length - 1);
    expect(() => requireFinite(clip, 'bad', 'a.npy')).toThrow(FormatError);
    expect(() => requireFinite(clip, 'bad', 'a.npy')).toThrow(
      'a.npy: clip bad: expected finite coordinates, got Infinity at channel 1, frame 1, joint 3, ' +
        'person 1; prepare the data set again',
    );
  });
});
