import { describe, expect, it } from 'vitest';
import { createRandom, type Random } from '@halp/random';
import { createClip } from '@halp/skeleton';
import { applyMatrix, shear } from '../../src/index.ts';
import { at, noiseClip } from '../clips.ts';

describe('applyMatrix', () => {
  it('multiplies each point, as a column, from the left', () => {
    const clip = createClip([3, 1, 2, 1], Float32Array.of(1, 10, 2, 20, 3, 30));
    const { data } = applyMatrix(clip, [
      [1, 2, 3],
      [0, 1, 0],
      [0, 0, -1],
    ]);
    expect([...data]).toEqual([14, 140, 2, 20, -3, -30]);
  });

  it('rejects clips that are not three-dimensional', () => {
    const clip = createClip([2, 4, 3, 1]);
    const identity = [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ] as const;
    expect(() => applyMatrix(clip, identity)).toThrow(
      'applyMatrix: expected a clip of 3 channels, got 2',
    );
    expect(() => shear(clip, {}, createRandom(0))).toThrow(
      'shear: expected a clip of 3 channels, got 2',
    );
  });
});

describe('shear', () => {
  it('draws S01, S02, S10, S12, S20, S21 in this order, each 2 u - 1', () => {
    const uniforms = [0.5, 0.75, 1, 0.25, 0, 0.625];
    const rng: Random = { ...createRandom(0), uniform: () => uniforms.shift() ?? NaN };
    const unit = createClip([3, 3, 1, 1], Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1));
    // Frame t is the t-th unit vector, so the result is the matrix itself.
    expect([...shear(unit, {}, rng).data]).toEqual([1, 0, 0.5, 1, 1, -0.5, -1, 0.25, 1]);
    expect(uniforms).toEqual([]);
  });

  it('is one matrix for all frames, joints and persons', () => {
    const clip = noiseClip([3, 5, 4, 2]);
    const out = shear(clip, {}, createRandom(1));
    const doubled = shear(
      createClip(
        clip.shape,
        clip.data.map((value) => 2 * value),
      ),
      {},
      createRandom(1),
    );
    expect([...doubled.data]).toEqual([...out.data].map((value) => 2 * value));
    const same = createClip(
      [3, 2, 2, 2],
      Float32Array.from({ length: 24 }, (_, i) => Math.floor(i / 8)),
    );
    const sheared = shear(same, {}, createRandom(2));
    for (let c = 0; c < 3; c++) {
      expect(at(sheared, c, 1, 1, 1)).toBe(at(sheared, c, 0, 0, 0));
      expect(at(sheared, c, 0, 1, 0)).toBe(at(sheared, c, 0, 0, 0));
    }
  });

  it('has off-diagonal entries below its amplitude, proportional to those of amplitude 1', () => {
    const unit = createClip([3, 3, 1, 1], Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1));
    const [one, half] = [1, 0.5].map((amplitude) =>
      shear(unit, { amplitude }, createRandom(4)),
    ) as [typeof unit, typeof unit];
    one.data.forEach((value, i) => expect(half.data[i]).toBe(i % 4 === 0 ? 1 : value / 2));
    expect(() => shear(unit, { amplitude: 0 }, createRandom(0))).toThrow(
      'shear: expected an amplitude above 0, got 0',
    );
  });
});
