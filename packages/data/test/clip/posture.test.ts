import { describe, expect, it } from 'vitest';
import { type Clip, createClip, kinectV1 } from '@halp/skeleton';
import { postureOf, summarisePostures } from '../../src/clip/posture.ts';
import { normaliseClip } from '../../src/index.ts';

const degrees = (radians: number | undefined): number =>
  Number((((radians ?? NaN) * 180) / Math.PI).toFixed(3));

/** Frames of a person whose trunk has these directions from the hips, 3 m before the camera; shoulders along x. */
function standing(...trunks: readonly (readonly number[])[]): Clip {
  const clip = createClip([3, trunks.length, 20, 1]);
  trunks.forEach((trunk, t) => {
    const put = (v: number, along: number, x = 0): void => {
      const place = [0.5 + x, 0, 3].map((from, c) => from + along * (trunk[c] as number));
      place.forEach((value, c) => (clip.data[(c * trunks.length + t) * 20 + v] = value));
    };
    put(0, 0);
    put(1, 0.3);
    put(3, 0.8);
    put(4, 0.5, -0.2);
    put(8, 0.5, 0.2);
    put(12, 0, -0.1);
    put(16, 0, 0.1);
  });
  return clip;
}

const lean = (angle: number): readonly number[] => {
  const radians = (angle * Math.PI) / 180;
  return [0, Math.cos(radians), Math.sin(radians)];
};

describe('postureOf', () => {
  it.each([0, 20, 46, 80])(
    'finds a spine of %i degrees against y, which upright turns to z',
    (angle) => {
      const posture = postureOf(standing(lean(angle), lean(0)), kinectV1);
      expect(degrees(posture.tilt)).toBeCloseTo(angle, 2);
    },
  );

  it('is the angle by which normaliseClip turns a rod along y away from z', () => {
    const clip = standing([0.3, 0.7, -0.4]);
    // Shoulders that are not level and not at right angles to the spine: both rotations tilt.
    [0.15, -0.1, 0.2].forEach((x, c) => (clip.data[c * 20 + 8]! += x));
    // A rod from the spine 1 m along y, as joint 19.
    [0, 1, 0].forEach((x, c) => (clip.data[c * 20 + 19] = clip.data[c * 20 + 1]! + x));
    const { data } = normaliseClip(clip, kinectV1);
    const rod = Math.acos(data[2 * 20 + 19]!);
    expect(degrees(postureOf(clip, kinectV1).tilt)).toBeCloseTo(degrees(rod), 2);
    expect(degrees(rod)).toBeGreaterThan(30);
  });

  it('reports that a person facing away can be turned upside down', () => {
    const away = standing([0, 1, 0]);
    // The shoulders run along -x, and a little in depth.
    [4, 8].forEach((v, i) => {
      away.data[v] = 0.5 + (i === 0 ? 0.2 : -0.2);
      away.data[40 + v] = 3 + (i === 0 ? 0.01 : -0.01);
      away.data[20 + v] = 0.5 + (i === 0 ? 0.1 : -0.1);
    });
    expect(degrees(postureOf(away, kinectV1).tilt)).toBeGreaterThan(90);
  });

  it('counts frames with the head below the hips, and those in which the body is not along y', () => {
    const posture = postureOf(standing(lean(0), lean(170), lean(95), lean(80)), kinectV1);
    expect(posture).toMatchObject({ headBelow: 0.5, lying: 0.5 });
  });

  it('is undefined for a clip without a spine, head or hips', () => {
    expect(postureOf(createClip([3, 2, 20, 1]), kinectV1)).toEqual({});
  });
});

describe('summarisePostures', () => {
  it('gives median and maximum of the tilts, and the clips that are mostly upside down or lying', () => {
    const summary = summarisePostures([
      { tilt: 0.3, headBelow: 0.6, lying: 0 },
      { tilt: 0.1, headBelow: 0.5, lying: 1 },
      { tilt: 0.9, headBelow: 1, lying: 0.2 },
      {},
    ]);
    expect(summary).toEqual({
      tilt: { clips: 3, median: 0.3, most: 0.9 },
      ...{ seen: 3, upsideDown: 2, lying: 1 },
    });
    expect(summarisePostures([])).toEqual({ seen: 0, upsideDown: 0, lying: 0 });
  });
});
