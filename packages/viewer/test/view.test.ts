import { describe, expect, it } from 'vitest';
import { type Clip, coco17, createClip, kinectV1, kinectV2, mediapipe33 } from '@halp/skeleton';
import { pointsOf } from '../src/clip-points.ts';
import { seenFrom, type Up, type View, viewOf } from '../src/view.ts';
import { standing, without } from './body.ts';

/** The clip with its points turned: new coordinates as combinations of the old. */
function moved(clip: Clip, rows: readonly (readonly [number, number, number])[]): Clip {
  const plane = clip.data.length / 3;
  const data = clip.data.map((_, i) => {
    const row = rows[Math.floor(i / plane)]!;
    const p = i % plane;
    return row.reduce((sum, factor, c) => sum + factor * clip.data[c * plane + p]!, 0);
  });
  return createClip(clip.shape, data);
}

const view = (clip: Clip, up?: Up, layout = kinectV2): View =>
  viewOf(pointsOf(clip, layout, false, 'test'), layout, false, up);

const body = standing(kinectV2, 5);
const nod = [1, 2, 3].map((angle) => angle / 10);

describe('viewOf', () => {
  it('finds which axis points up, in every convention', () => {
    expect(view(body).up).toBe('y');
    // NTU's normalisation: x to the right of the person, z up.
    const normalised = moved(body, [
      [-1, 0, 0],
      [0, 0, 1],
      [0, 1, 0],
    ]);
    expect(view(normalised).up).toBe('z');
    const downwards = moved(standing(mediapipe33, 3), [
      [1, 0, 0],
      [0, -1, 0],
      [0, 0, -1],
    ]);
    expect(view(downwards, undefined, mediapipe33).up).toBe('-y');
  });

  it('faces the first person, whatever the coordinates: the left hand is on the right', () => {
    const turns = [
      [
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
      ],
      [
        [-1, 0, 0],
        [0, 1, 0],
        [0, 0, -1],
      ],
      [
        [-1, 0, 0],
        [0, 0, 1],
        [0, 1, 0],
      ],
    ] as const;
    for (const turn of turns) {
      const clip = moved(body, turn);
      const points = pointsOf(clip, kinectV2, false, 'test');
      const seen = (joint: string): readonly number[] =>
        seenFrom(view(clip), points.at(0, kinectV2.joints.indexOf(joint), 0)!);
      expect(seen('left hand')[0]! - seen('right hand')[0]!).toBeCloseTo(0.54, 5);
      expect(seen('head')[1]! - seen('spine base')[1]!).toBeCloseTo(0.65, 5);
      expect(seen('left foot')[2]! - seen('left ankle')[2]!).toBeCloseTo(0.13, 5);
    }
  });

  it('has three rows of length 1 at right angles, right-handed', () => {
    for (const clip of [body, standing(kinectV2, 2, 2), createClip([3, 4, 25, 1])]) {
      const [right, up, toward] = view(clip).rows;
      const dot = (a: readonly number[], b: readonly number[]): number =>
        a.reduce((sum, value, i) => sum + value * b[i]!, 0);
      const cross = [
        right[1] * up[2] - right[2] * up[1],
        right[2] * up[0] - right[0] * up[2],
        right[0] * up[1] - right[1] * up[0],
      ];
      expect(dot(right, up)).toBeCloseTo(0, 12);
      expect(dot(right, right)).toBeCloseTo(1, 12);
      expect(dot(up, up)).toBeCloseTo(1, 12);
      expect(dot(cross, toward)).toBeCloseTo(1, 12);
    }
  });

  it('levels the view of a tilted camera, unless the axis that points up is given', () => {
    for (const angle of nod) {
      const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
      const tilted = moved(body, [
        [1, 0, 0],
        [0, cos, -sin],
        [0, sin, cos],
      ]);
      const levelled = view(tilted).rows[1];
      expect(levelled[1]).toBeCloseTo(cos, 5);
      expect(levelled[2]).toBeCloseTo(sin, 5);
      expect(view(tilted, 'y').rows[1]).toEqual([0, 1, 0]);
    }
  });

  it('does not level by a person who lies', () => {
    const two = standing(kinectV2, 3, 2);
    const [, T, V, M] = two.shape;
    const lying = createClip(two.shape, two.data.slice());
    for (let i = 1; i < T * V * M; i += M) {
      lying.data[i] = two.data[T * V * M + i]!;
      lying.data[T * V * M + i] = two.data[i]! - 1.2;
    }
    expect(view(lying).up).toBe('y');
    expect(view(lying).rows[1][1]).toBeCloseTo(1, 6);
  });

  it('looks across the line between two persons', () => {
    const apart = moved(standing(kinectV2, 2, 2), [
      [0, 0, 1],
      [0, 1, 0],
      [1, 0, 0],
    ]);
    expect(Math.abs(view(apart).rows[0][2])).toBeCloseTo(1, 3);
  });

  it('leaves a 2D clip as it is, except for what is up', () => {
    const image = moved(standing(coco17, 2), [
      [100, 0, 0],
      [0, -100, 0],
      [0, 0, 1],
    ]);
    const points = pointsOf(image, coco17, true, 'test');
    expect(viewOf(points, coco17, true).up).toBe('-y');
    expect(seenFrom(viewOf(points, coco17, true), [3, 4, 0])).toEqual([3, -4, 0]);
    expect(seenFrom(viewOf(points, coco17, true, 'y'), [3, 4, 0])).toEqual([3, 4, 0]);
  });
});

describe('pointsOf', () => {
  it('finds which persons are present, and when', () => {
    const clip = without(without(standing(kinectV1, 6, 3), 1), 0, 0);
    const quiet = without(without(clip, 2, 0), 2, 5);
    const points = pointsOf(without(quiet, 0, 5), kinectV1, false, 'test');
    expect(points.persons).toEqual([0, 2]);
    expect(points.shown).toEqual([1, 4]);
    expect(points.at(0, 3, 2)).toBeUndefined();
    expect(points.at(1, 3, 2)?.[1]).toBeCloseTo(1.6, 6);
  });

  it('treats a joint at zero as not detected, unless the clip is centred on it', () => {
    const clip = standing(kinectV2, 2);
    const [head, centre] = [3, kinectV2.center];
    for (let c = 0; c < 3; c++) {
      clip.data[(c * 2 + 1) * 25 + head] = 0;
      clip.data[(c * 2 + 1) * 25 + centre] = 0;
    }
    const points = pointsOf(clip, kinectV2, false, 'test');
    expect(points.at(1, head, 0)).toBeUndefined();
    expect(points.at(1, centre, 0)).toEqual([0, 0, 0]);
    expect(pointsOf(without(clip, 0), kinectV2, false, 'test').at(1, centre, 0)).toBeUndefined();
  });

  it('reads two channels of a clip in the plane, whatever the confidence', () => {
    const clip = createClip([3, 1, 17, 1]);
    clip.data.fill(0.9, 34);
    clip.data[5] = 7;
    const points = pointsOf(clip, coco17, true, 'test');
    expect(points.at(0, 5, 0)).toEqual([7, 0, 0]);
    expect(points.at(0, 6, 0)).toBeUndefined();
  });

  it('refuses a wrong number of joints, too few channels, and coordinates that are not finite', () => {
    const read = (clip: Clip) => () => pointsOf(clip, kinectV2, false, 'filmstrip');
    expect(read(createClip([3, 2, 20, 1]))).toThrow(
      'filmstrip: expected 25 joints (kinect-v2), got 20',
    );
    expect(read(createClip([2, 2, 25, 1]))).toThrow(
      'filmstrip: expected the channels x, y and z, got 2 channels',
    );
    const clip = standing(kinectV2, 3, 2);
    clip.data[((1 * 3 + 2) * 25 + 7) * 2 + 1] = NaN;
    expect(read(clip)).toThrow(
      'filmstrip: expected finite coordinates, got NaN or infinity at frame 2, joint 7 (left hand), person 1, channel 1',
    );
  });
});
