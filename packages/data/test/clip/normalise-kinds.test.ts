import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Clip, createClip, kinectV1, kinectV2 } from '@halp/skeleton';
import { centerClip, minMaxClip, normaliseClip, yawClip } from '../../src/index.ts';
import { sameNumbers, turned } from '../helpers.ts';

/** T frames of M persons of Kinect v1 at random places of about a metre, never at zero. */
const clips = fc
  .record({
    frames: fc.integer({ min: 1, max: 4 }),
    persons: fc.integer({ min: 1, max: 2 }),
    seed: fc.integer({ min: 1, max: 10_000 }),
  })
  .map(({ frames, persons, seed }) => scattered(frames, persons, seed));

function scattered(frames: number, persons: number, seed: number): Clip {
  const clip = createClip([3, frames, 20, persons]);
  clip.data.forEach((_, i) => (clip.data[i] = Math.sin((i + 1) * seed * 0.7317) + 0.001));
  // Shoulders of a person who turns by less than a right angle while the clip lasts.
  for (let t = 0; t < frames; t++) {
    const angle = seed + Math.sin(seed + t);
    const half = [0.2 * Math.cos(angle), 0.02 * t, 0.2 * Math.sin(angle)];
    for (let m = 0; m < persons; m++) {
      put(clip, t, 4, [0.1, 0.4, 0.9].map((x, c) => x - half[c]!), m); // prettier-ignore
      put(clip, t, 8, [0.1, 0.4, 0.9].map((x, c) => x + half[c]!), m); // prettier-ignore
    }
  }
  return clip;
}

function point({ data, shape }: Clip, t: number, v: number, m = 0): number[] {
  const [C, T, V, M] = shape;
  return Array.from({ length: C }, (_, c) => data[((c * T + t) * V + v) * M + m] as number);
}

function put({ data, shape }: Clip, t: number, v: number, to: readonly number[], m = 0): void {
  const [, T, V, M] = shape;
  to.forEach((x, c) => (data[((c * T + t) * V + v) * M + m] = x));
}

function largestDifference(a: Clip, b: Clip): number {
  return a.data.reduce((most, x, i) => Math.max(most, Math.abs(x - (b.data[i] as number))), 0);
}

function moved(clip: Clip, by: readonly number[]): Clip {
  const channel = clip.data.length / 3;
  const data = clip.data.map((x, i) => x + (by[Math.floor(i / channel)] as number));
  return createClip(clip.shape, data);
}

const each = (property: (clip: Clip) => void): void =>
  fc.assert(fc.property(clips, property), { seed: 3, numRuns: 50 });
const kinds = [centerClip, yawClip, minMaxClip, normaliseClip].map((f) => [f.name, f] as const);

describe('a normalisation', () => {
  it.each(kinds)(
    'of %s gives a new clip of the same shape, and does not change its input',
    (_, normalise) => {
      const clip = scattered(3, 2, 5);
      const before = clip.data.slice();
      const result = normalise(clip, kinectV1);
      expect(result.shape).toEqual(clip.shape);
      expect(result.data).not.toBe(clip.data);
      expect(sameNumbers(clip.data, before)).toBe('same');
    },
  );

  it.each(kinds)('of %s keeps undetected joints and empty persons at zero', (_, normalise) => {
    const clip = scattered(3, 2, 5);
    for (let t = 0; t < 3; t++) for (let v = 0; v < 20; v++) put(clip, t, v, [0, 0, 0], 1);
    put(clip, 1, 17, [0, 0, 0]);
    const result = normalise(clip, kinectV1);
    expect(point(result, 1, 17)).toEqual([0, 0, 0]);
    expect(point(result, 2, 5, 1)).toEqual([0, 0, 0]);
    const nobody = normalise(createClip([3, 2, 20, 1]), kinectV1);
    expect(nobody.data.every((x) => Object.is(x, 0))).toBe(true);
  });

  it.each(kinds)(
    'of %s accepts one frame, and gives finite numbers if all joints coincide',
    (_, normalise) => {
      const one = createClip([3, 1, 20, 1], new Float32Array(60).fill(2));
      expect(normalise(one, kinectV1).data.every(Number.isFinite)).toBe(true);
    },
  );

  it.each(kinds)('of %s refuses a clip of another layout', (_, normalise) => {
    expect(() => normalise(scattered(1, 1, 2), kinectV2)).toThrow(
      /: expected 3 channels of 25 joints \(kinect-v2\), got 3 of 20$/,
    );
  });
});

describe('centerClip', () => {
  it('subtracts the centre of person 0 from every joint of the frame, the other person’s too', () => {
    const clip = createClip([3, 2, 20, 2]);
    put(clip, 0, 1, [1, 2, 3]);
    put(clip, 0, 7, [1.5, 2.25, 2]);
    put(clip, 0, 7, [4, 0, 3], 1);
    put(clip, 1, 7, [4, 5, 6]);
    const result = centerClip(clip, kinectV1);
    expect(point(result, 0, 1)).toEqual([0, 0, 0]);
    expect(point(result, 0, 7)).toEqual([0.5, 0.25, -1]);
    expect(point(result, 0, 7, 1)).toEqual([3, -2, 0]);
    // Frame 1 has no centre to subtract.
    expect(point(result, 1, 7)).toEqual([4, 5, 6]);
  });

  it('is the same wherever the person stands', () => {
    each((clip) => {
      const elsewhere = centerClip(moved(clip, [3, -2.5, 4]), kinectV1);
      expect(largestDifference(elsewhere, centerClip(clip, kinectV1))).toBeLessThan(2e-6);
    });
  });

  it('changes nothing the second time, bit for bit', () => {
    each((clip) => {
      const once = centerClip(clip, kinectV1);
      expect(sameNumbers(centerClip(once, kinectV1).data, once.data)).toBe('same');
    });
  });
});

describe('yawClip', () => {
  it('turns a shoulder line of (3, 1, 4) to (5, 1, 0), and every other joint with it', () => {
    const clip = createClip([3, 1, 20, 1]);
    put(clip, 0, 1, [7, 8, 9]);
    put(clip, 0, 4, [6, 9, 9]);
    put(clip, 0, 8, [9, 10, 13]);
    put(clip, 0, 11, [8, 3, 9]);
    const result = yawClip(clip, kinectV1);
    const [left, right] = [point(result, 0, 4), point(result, 0, 8)];
    expect(right.map((x, c) => x - left[c]!).map((x) => Number(x.toFixed(6)))).toEqual([5, 1, 0]);
    expect(point(result, 0, 11)).toEqual([0.6, -5, -0.8].map(Math.fround));
  });

  it('makes the shoulder lines of all frames add up to one along +x', () => {
    each((clip) => {
      const result = yawClip(clip, kinectV1);
      const sum = [0, 1, 2].map((c) => {
        const lines = Array.from({ length: clip.shape[1] }, (_, t) => t);
        return lines.reduce((s, t) => s + point(result, t, 8)[c]! - point(result, t, 4)[c]!, 0);
      });
      expect(sum[0]).toBeGreaterThan(0);
      expect(Math.abs(sum[2]!)).toBeLessThan(2e-6);
    });
  });

  it('is the same however the camera is turned about the vertical, within 1e-6 of a metre', () => {
    const property = fc.property(
      clips,
      fc.double({ min: -3, max: 3, noNaN: true }),
      (clip, angle) => {
        const centered = centerClip(clip, kinectV1);
        const other = yawClip(turned(centered, angle), kinectV1);
        expect(largestDifference(other, yawClip(clip, kinectV1))).toBeLessThan(1e-6);
      },
    );
    fc.assert(property, { seed: 3, numRuns: 50 });
  });

  it('is the same when applied twice, within 1e-6, and keeps heights and distances', () => {
    each((clip) => {
      const once = yawClip(clip, kinectV1);
      expect(largestDifference(yawClip(once, kinectV1), once)).toBeLessThan(1e-6);
      const centered = centerClip(clip, kinectV1);
      for (let v = 0; v < 20; v++) {
        const [a, b] = [point(once, 0, v), point(centered, 0, v)];
        expect(a[1]).toBe(b[1]);
        expect(Math.abs(Math.hypot(...a) - Math.hypot(...b))).toBeLessThan(1e-6);
      }
    });
  });

  it('keeps a lean, which upright removes', () => {
    const leaning = createClip([3, 1, 20, 1]);
    put(leaning, 0, 0, [1, 1, 3]);
    put(leaning, 0, 1, [1, 1.2, 2.8]);
    put(leaning, 0, 4, [0.8, 1.4, 2.6]);
    put(leaning, 0, 8, [1.2, 1.4, 2.6]);
    const hip = point(yawClip(leaning, kinectV1), 0, 0);
    expect(hip.map((x) => Number(x.toFixed(6)))).toEqual([0, -0.2, 0.2]);
    const upright = point(normaliseClip(leaning, kinectV1), 0, 0);
    expect(upright.map((x) => Number(x.toFixed(6)) + 0)).toEqual([0, 0, -0.282843]);
  });

  it('uses the frames with both shoulders', () => {
    const clip = scattered(3, 1, 5);
    const only = createClip([3, 1, 20, 1]);
    for (let v = 0; v < 20; v++) put(only, 0, v, point(clip, 1, v));
    put(clip, 0, 4, [0, 0, 0]);
    put(clip, 2, 8, [0, 0, 0]);
    const result = yawClip(clip, kinectV1);
    expect(point(result, 1, 13)).toEqual(point(yawClip(only, kinectV1), 0, 13));
  });

  it('only centres a clip without shoulders, with one above the other, or turned to both sides', () => {
    const without = scattered(2, 1, 5);
    for (const t of [0, 1]) put(without, t, 4, [0, 0, 0]);
    const vertical = scattered(1, 1, 5);
    put(vertical, 0, 4, [1, 1, 2]);
    put(vertical, 0, 8, [1, 2, 2]);
    const both = scattered(2, 1, 5);
    for (const t of [0, 1]) put(both, t, 1, [1, 1, 2]);
    put(both, 0, 4, [0.5, 1, 2]);
    put(both, 0, 8, [1.5, 1, 2]);
    put(both, 1, 4, [1.5, 1, 2]);
    put(both, 1, 8, [0.5, 1, 2]);
    for (const clip of [without, vertical, both]) {
      const result = yawClip(clip, kinectV1);
      expect(sameNumbers(result.data, centerClip(clip, kinectV1).data)).toBe('same');
    }
  });
});

describe('minMaxClip', () => {
  it('maps the extremes of each axis over all frames and persons to -1 and 1, the middle to 0', () => {
    const clip = createClip([3, 2, 20, 2]);
    put(clip, 0, 1, [1, 10, -3]);
    put(clip, 1, 2, [2, 20, -2]);
    put(clip, 1, 3, [5, 12.5, 1], 1);
    const result = minMaxClip(clip, kinectV1);
    expect(point(result, 0, 1)).toEqual([-1, -1, -1]);
    expect(point(result, 1, 2)).toEqual([-0.5, 1, -0.5]);
    expect(point(result, 1, 3, 1)).toEqual([1, -0.5, 1]);
    // Never seen: neither scaled nor an extreme.
    expect(point(result, 0, 0)).toEqual([0, 0, 0]);
  });

  it('fills [-1, 1] exactly, whatever the place and the scale of the recording', () => {
    each((clip) => {
      const result = minMaxClip(clip, kinectV1);
      const channel = clip.data.length / 3;
      for (let c = 0; c < 3; c++) {
        const axis = result.data.subarray(c * channel, (c + 1) * channel);
        expect([Math.min(...axis), Math.max(...axis)]).toEqual([-1, 1]);
      }
      const other = moved(
        createClip(
          clip.shape,
          clip.data.map((x) => 3 * x),
        ),
        [8, 9, 10],
      );
      expect(largestDifference(minMaxClip(other, kinectV1), result)).toBeLessThan(3e-6);
    });
  });

  it('changes nothing the second time, bit for bit', () => {
    each((clip) => {
      const once = minMaxClip(clip, kinectV1);
      expect(sameNumbers(minMaxClip(once, kinectV1).data, once.data)).toBe('same');
    });
  });

  it('makes an axis that is constant 0, and scales the others', () => {
    const flat = scattered(2, 1, 5);
    flat.data.fill(1.5, 80);
    const result = minMaxClip(flat, kinectV1);
    expect(result.data.subarray(80).every((x) => x === 0)).toBe(true);
    expect(Math.max(...result.data.subarray(0, 40))).toBe(1);
  });
});
