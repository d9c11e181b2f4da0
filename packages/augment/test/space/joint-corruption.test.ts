import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '@halp/random';
import { createClip } from '@halp/skeleton';
import { jointCorruption, transformJoints, zeroJoints } from '../../src/index.ts';
import { at, noiseClip } from '../clips.ts';

const clip = noiseClip([3, 6, 20, 2]);

/** The joints with a coordinate that differs between two clips. */
function changed(out: typeof clip): number[] {
  const joints = new Set<number>();
  out.data.forEach((value, i) => {
    if (value !== clip.data[i]) joints.add(Math.floor(i / 2) % 20);
  });
  return [...joints];
}

describe('zeroJoints', () => {
  it('sets only the given joints to zero, in every frame, person and channel', () => {
    const out = zeroJoints(clip, [3, 19]);
    const expected = clip.data.map((value, i) =>
      [3, 19].includes(Math.floor(i / 2) % 20) ? 0 : value,
    );
    expect(out.data).toEqual(expected);
  });

  it('rejects a joint that the clip does not have', () => {
    expect(() => zeroJoints(clip, [3, 20])).toThrow(
      'zeroJoints: expected joints in [0, 19], got 20',
    );
    expect(() => zeroJoints(clip, [-1])).toThrow('got -1');
  });
});

describe('transformJoints', () => {
  it('multiplies each point, as a row, from the right', () => {
    const one = createClip([3, 1, 2, 1], Float32Array.of(1, 7, 2, 7, 3, 7));
    const { data } = transformJoints(
      one,
      [0],
      [
        [1, 10, 100],
        [0, 1, 0],
        [0, 0, 1],
      ],
    );
    expect([...data]).toEqual([1, 7, 12, 7, 103, 7]);
  });
});

describe('jointCorruption', () => {
  it('changes exactly the given number of joints, the same in all frames and persons', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.nat(), (joints, seed) => {
        const out = jointCorruption(clip, { joints }, createRandom(seed));
        expect(changed(out)).toHaveLength(joints);
        const zero = changed(out).filter((v) => at(out, 0, 0, v, 0) === 0);
        expect([0, joints]).toContain(zero.length);
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  it('zeroes joints with probability 1/2', () => {
    const zeroed = Array.from({ length: 1000 }, (_, seed) => {
      const out = jointCorruption(clip, { joints: 12 }, createRandom(seed));
      return out.data.includes(0) ? 1 : 0;
    }).reduce<number>((sum, one) => sum + one, 0);
    // Five standard deviations of 1000 fair coins.
    expect(Math.abs(zeroed - 500)).toBeLessThan(80);
  });

  it('moves a point by at most the sum of its coordinates, since |R| < 1', () => {
    const out = Array.from({ length: 20 }, (_, seed) => seed)
      .map((seed) => jointCorruption(clip, { joints: 20 }, createRandom(seed)))
      .find(({ data }) => !data.includes(0)) as typeof clip;
    const sum = [0, 1, 2].reduce((total, c) => total + Math.abs(at(clip, c, 2, 5, 1)), 0);
    for (let c = 0; c < 3; c++) expect(Math.abs(at(out, c, 2, 5, 1))).toBeLessThan(sum);
  });

  it('rejects more joints than the clip has, and 0', () => {
    expect(() => jointCorruption(clip, { joints: 25 }, createRandom(0))).toThrow(
      'jointCorruption: expected joints to be an integer in [1, 20], got 25',
    );
    expect(() => jointCorruption(clip, { joints: 0 }, createRandom(0))).toThrow('got 0');
  });
});
