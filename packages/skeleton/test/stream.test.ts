import { describe, expect, it } from 'vitest';
import { type Clip, createClip, kinectV1, streamOfClip } from '@halp/skeleton';

const [C, T, V, M] = [3, 4, 20, 2];
const clip = createClip(
  [C, T, V, M],
  Float32Array.from({ length: C * T * V * M }, (_, i) => Math.fround(Math.sin(i) * 3)),
);
const at = (from: Clip, c: number, t: number, v: number, m: number): number =>
  from.data[((c * T + t) * V + v) * M + m]!;

function forAll(check: (c: number, t: number, v: number, m: number) => void): void {
  for (let c = 0; c < C; c++)
    for (let t = 0; t < T; t++)
      for (let v = 0; v < V; v++) for (let m = 0; m < M; m++) check(c, t, v, m);
}

describe('streamOfClip', () => {
  it('joint returns the clip', () => {
    expect(streamOfClip(clip, 'joint', kinectV1)).toBe(clip);
  });

  it('motion is the difference to the next frame, and zero in the last frame', () => {
    const motion = streamOfClip(clip, 'motion', kinectV1);
    forAll((c, t, v, m) => {
      const expected =
        t === T - 1 ? 0 : Math.fround(at(clip, c, t + 1, v, m) - at(clip, c, t, v, m));
      expect(at(motion, c, t, v, m)).toBe(expected);
    });
  });

  it('bone is the difference to the parent, and zero at the root', () => {
    const bone = streamOfClip(clip, 'bone', kinectV1);
    const parents = new Map(kinectV1.bones);
    forAll((c, t, v, m) => {
      const parent = parents.get(v);
      const expected =
        parent === undefined ? 0 : Math.fround(at(clip, c, t, v, m) - at(clip, c, t, parent, m));
      expect(at(bone, c, t, v, m)).toBe(expected);
    });
  });

  it('rejects a clip with another number of joints', () => {
    expect(() => streamOfClip(createClip([3, 4, 25, 1]), 'bone', kinectV1)).toThrow(
      'expected 20 joints (kinect-v1), got 25',
    );
  });
});
