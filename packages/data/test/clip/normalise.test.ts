import { describe, expect, it } from 'vitest';
import { type Clip, createClip, kinectV1, kinectV2 } from '@halp/skeleton';
import { golden } from '@halp/testing';
import { normaliseClip } from '../../src/index.ts';
import { sameNumbers, turned } from '../helpers.ts';

const { arrays, meta } = golden('pre_normalization');
const names = meta['names'] as readonly string[];

/** Clip i of the golden inputs, `[3, 40, 25, 2]`. */
function input(i: number): Clip {
  const size = 3 * 40 * 25 * 2;
  const data = arrays['input']?.data as Float32Array;
  return createClip([3, 40, 25, 2], data.slice(i * size, (i + 1) * size));
}

describe('normaliseClip', () => {
  it.each(names.map((name, i) => [name, i] as const))(
    'gives the first 90 frames of the authors, bit for bit: %s',
    (_, i) => {
      const { data, shape } = normaliseClip(input(i), kinectV2, { fillTo: 300 });
      expect(shape).toEqual([3, 300, 25, 2]);
      const frame = 25 * 2;
      const expected = arrays['output']?.data as Float32Array;
      for (let c = 0; c < 3; c++) {
        const ours = data.subarray(c * 300 * frame, (c * 300 + 90) * frame);
        const start = (i * 3 + c) * 90 * frame;
        expect(sameNumbers(ours, expected.subarray(start, start + 90 * frame))).toBe('same');
      }
    },
  );

  it('gives all 300 frames of the authors, bit for bit', () => {
    const full = golden('pre_normalization_full');
    const i = names.indexOf(full.meta['name'] as string);
    const { data } = normaliseClip(input(i), kinectV2, { fillTo: 300 });
    expect(sameNumbers(data, full.arrays['output']?.data as Float32Array)).toBe('same');
  });

  it('puts the spine at the origin in every frame, also in Kinect v1', () => {
    const { data } = normaliseClip(walker(), kinectV1);
    const center = [0, 1, 2].flatMap((c) => [0, 1].map((t) => data[(c * 2 + t) * 20 + 1]));
    expect(center).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('turns the first spine to z and the first shoulders to x, whatever the camera', () => {
    for (const angle of [0, 0.4, 1.7, -2.9]) {
      const { data } = normaliseClip(turned(walker(), angle), kinectV1);
      const at = (v: number): number[] => [0, 1, 2].map((c) => data[c * 40 + v] as number);
      const [hip, left, right] = [at(0), at(4), at(8)] as [number[], number[], number[]];
      // The hip is 0.3 below the spine, and the shoulders are 0.4 apart.
      expect(hip.map((x, c) => x - [0, 0, -0.3][c]!).every((d) => Math.abs(d) < 1e-6)).toBe(true);
      expect(Math.abs(right[0]! - left[0]! - 0.4)).toBeLessThan(1e-6);
      expect(Math.abs(right[1]! - left[1]!)).toBeLessThan(1e-6);
    }
  });

  it('keeps zero joints, empty persons and clips without a skeleton at zero', () => {
    const clip = walker();
    for (let c = 0; c < 3; c++) clip.data[c * 40 + 17] = 0;
    const { data } = normaliseClip(clip, kinectV1);
    expect([0, 1, 2].map((c) => data[c * 40 + 17])).toEqual([0, 0, 0]);
    const nobody = normaliseClip(createClip([3, 2, 25, 2]), kinectV2, { fillTo: 5 });
    expect(nobody.data.every((x) => x === 0)).toBe(true);
  });

  it('skips a rotation without an axis: no spine, or one that points against z', () => {
    const noSpine = walker();
    for (const i of [0, 1, 20, 21, 40, 41, 60, 61, 80, 81, 100, 101]) noSpine.data[i] = 2;
    expect(normaliseClip(noSpine, kinectV1).data.every(Number.isFinite)).toBe(true);
    const upsideDown = createClip([3, 1, 20, 1]);
    upsideDown.data[40] = 3; // z of the hip above that of the spine
    upsideDown.data[41] = 2;
    const { data } = normaliseClip(upsideDown, kinectV1);
    expect([data[0], data[20], data[40]]).toEqual([0, 0, 1]);
  });

  it('does not change its input', () => {
    const clip = walker();
    const before = clip.data.slice();
    normaliseClip(clip, kinectV1);
    expect(sameNumbers(clip.data, before)).toBe('same');
  });

  it('accepts a clip of one frame', () => {
    const clip = createClip(
      [3, 1, 20, 1],
      Float32Array.from({ length: 60 }, (_, i) => i * 0.1 + 1),
    );
    const { data, shape } = normaliseClip(clip, kinectV1);
    expect(shape).toEqual([3, 1, 20, 1]);
    // All joints lie on one line, v * (0.1, 0.1, 0.1), and so do the shoulders, which come to lie along x last.
    const { center } = kinectV1;
    Array.from({ length: 20 }, (_, v) => v).forEach((v) => {
      const along = Math.sqrt(3) * 0.1 * (v - center);
      const place = [0, 1, 2].map((c) => data[20 * c + v] as number);
      // Numbers of up to 7 in float32.
      [along, 0, 0].forEach((expected, c) => expect(place[c]).toBeCloseTo(expected, 5));
    });
  });

  it('refuses a clip of another layout', () => {
    expect(() => normaliseClip(walker(), kinectV2)).toThrow(
      'normaliseClip: expected 3 channels of 25 joints (kinect-v2), got 3 of 20',
    );
  });
});

/** Two frames of a person in front of the camera, y up, that moves forward: `[3, 2, 20, 1]`. */
function walker(): Clip {
  const clip = createClip([3, 2, 20, 1]);
  const put = (t: number, v: number, point: readonly number[]): void => {
    point.forEach((value, c) => (clip.data[(c * 2 + t) * 20 + v] = value));
  };
  for (let t = 0; t < 2; t++) {
    const z = 3 - 0.1 * t;
    for (let v = 0; v < 20; v++) put(t, v, [0.1 * v, 0.05 * v + 0.3, z + 0.02 * v]);
    put(t, 0, [0.1, 0.2, z]);
    put(t, 1, [0.1, 0.5, z]);
    put(t, 4, [-0.1, 0.9, z]);
    put(t, 8, [0.3, 0.9, z]);
  }
  return clip;
}
