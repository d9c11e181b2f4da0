import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom, type Random } from '@halp/random';
import { createClip } from '@halp/skeleton';
import { applyMatrix, type Matrix3, rotation, rotationMatrix } from '../../src/index.ts';
import { at, noiseClip } from '../clips.ts';

const quarter = Math.PI / 2;
const rounded = (matrix: Matrix3): number[][] =>
  matrix.map((row) => row.map((value) => Math.round(value) + 0));

describe('rotationMatrix', () => {
  it('maps y to -z about x, z to -x about y, x to -y about z', () => {
    // The columns are the images of the axes.
    expect(rounded(rotationMatrix([quarter, 0, 0]))).toEqual([
      [1, 0, 0],
      [0, 0, 1],
      [0, -1, 0],
    ]);
    expect(rounded(rotationMatrix([0, quarter, 0]))).toEqual([
      [0, 0, -1],
      [0, 1, 0],
      [1, 0, 0],
    ]);
    expect(rounded(rotationMatrix([0, 0, quarter]))).toEqual([
      [0, 1, 0],
      [-1, 0, 0],
      [0, 0, 1],
    ]);
  });

  it('rotates about x first, then y, then z', () => {
    const clip = noiseClip([3, 2, 3, 1]);
    const [x, y, z] = [0.3, -0.7, 1.9];
    const steps = [
      rotationMatrix([x, 0, 0]),
      rotationMatrix([0, y, 0]),
      rotationMatrix([0, 0, z]),
    ].reduce(applyMatrix, clip);
    const once = applyMatrix(clip, rotationMatrix([x, y, z]));
    // Three rounding errors of float32 for coordinates below 4.
    once.data.forEach((value, i) => expect(Math.abs(value - steps.data[i]!)).toBeLessThan(2e-6));
  });

  it('keeps lengths and orientation', () => {
    const angle = fc.double({ min: -7, max: 7, noNaN: true });
    fc.assert(
      fc.property(angle, angle, angle, (x, y, z) => {
        const [a, b, c] = rotationMatrix([x, y, z]);
        const dot = (u: readonly number[], v: readonly number[]): number =>
          u.reduce((sum, value, i) => sum + value * v[i]!, 0);
        for (const [u, v, expected] of [
          [a, a, 1],
          [b, b, 1],
          [c, c, 1],
          [a, b, 0],
          [a, c, 0],
          [b, c, 0],
        ] as const)
          expect(dot(u, v)).toBeCloseTo(expected, 12);
        const cross = [
          a[1] * b[2] - a[2] * b[1],
          a[2] * b[0] - a[0] * b[2],
          a[0] * b[1] - a[1] * b[0],
        ];
        expect(dot(cross, c)).toBeCloseTo(1, 12);
      }),
      { seed: 1, numRuns: 50 },
    );
  });
});

describe('rotation', () => {
  it('draws the main axis, then the angles about x, y, z', () => {
    const uniforms = [0.5, 0.25, 1];
    const rng: Random = {
      ...createRandom(0),
      integer: () => 1,
      uniform: () => uniforms.shift() ?? NaN,
    };
    const clip = noiseClip([3, 2, 3, 1]);
    const out = rotation(clip, { main: [1, 2], others: [0, 0.1] }, rng);
    expect(out).toEqual(applyMatrix(clip, rotationMatrix([0.05, 1.25, 0.1])));
    expect(uniforms).toEqual([]);
  });

  it('keeps the distance of every point from the origin, and stays within the maximum angle', () => {
    const clip = noiseClip([3, 4, 5, 2]);
    for (let seed = 0; seed < 20; seed++) {
      const out = rotation(clip, { main: [0, 0.5], others: [0, 0.01] }, createRandom(seed));
      const [before, after] = [clip, out].map((from) =>
        [0, 1, 2].map((c) => at(from, c, 3, 4, 1)),
      ) as [number[], number[]];
      expect(Math.hypot(...after)).toBeCloseTo(Math.hypot(...before), 6);
      const moved = Math.hypot(...after.map((value, c) => value - before[c]!));
      expect(moved).toBeLessThanOrEqual(0.52 * Math.hypot(...before));
    }
  });

  it('rejects 2-D clips', () => {
    expect(() =>
      rotation(createClip([2, 1, 1, 1]), { main: [0, 1], others: [0, 0] }, createRandom(0)),
    ).toThrow('rotation: expected a clip of 3 channels, got 2');
  });
});
