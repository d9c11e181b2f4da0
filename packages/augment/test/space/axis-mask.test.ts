import { describe, expect, it } from 'vitest';
import { createRandom } from '@halp/random';
import { type Clip, createClip } from '@halp/skeleton';
import { axisMask } from '../../src/index.ts';
import { noiseClip } from '../clips.ts';

const clip = noiseClip([3, 4, 5, 2]);
const plane = 4 * 5 * 2;
const zeroed = (out: Clip): number[] =>
  [0, 1, 2].filter((c) =>
    out.data.subarray(c * plane, (c + 1) * plane).every((value) => value === 0),
  );

describe('axisMask', () => {
  it('sets only the given axis to zero', () => {
    const out = axisMask(clip, { axis: 'y' }, createRandom(0));
    const expected = clip.data.map((value, i) => (Math.floor(i / plane) === 1 ? 0 : value));
    expect(out.data).toEqual(expected);
  });

  it('draws the three axes equally often', () => {
    const counts = [0, 0, 0];
    for (let seed = 0; seed < 900; seed++) {
      const [axis, ...others] = zeroed(axisMask(clip, {}, createRandom(seed)));
      expect(others).toEqual([]);
      counts[axis!]! += 1;
    }
    // Five standard deviations of 900 draws of probability 1/3.
    for (const count of counts) expect(Math.abs(count - 300)).toBeLessThan(71);
  });

  it('rejects an axis that the clip does not have, and a random axis for 2-D clips', () => {
    const flat = createClip([2, 4, 5, 2]);
    expect(() => axisMask(flat, { axis: 'z' }, createRandom(0))).toThrow(
      'axisMask: expected a clip with z, channel 2, got 2 channels',
    );
    expect(() => axisMask(flat, {}, createRandom(0))).toThrow(
      'axisMask: expected a clip of 3 channels, got 2',
    );
  });
});
