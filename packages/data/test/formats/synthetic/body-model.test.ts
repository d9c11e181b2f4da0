import { describe, expect, it } from 'vitest';
import { createRandom } from '@halp/random';
import { kinectV2 } from '@halp/skeleton';
import { actions } from '../../../src/formats/synthetic/action-table.ts';
import { drawBody, placeJoints } from '../../../src/formats/synthetic/body-model.ts';
import { mirrored, poseOf, rest } from '../../../src/formats/synthetic/pose.ts';

const body = drawBody(createRandom(3));
const poses = actions.flatMap(({ keys, partner = [] }) =>
  [...keys, ...partner].map(({ pose }) => pose),
);
const jointOf = (name: string): number => kinectV2.joints.indexOf(name);

/** (left, up, forward) of a joint. */
function at(joints: Float64Array, name: string): readonly number[] {
  return [...joints.subarray(jointOf(name) * 3, jointOf(name) * 3 + 3)];
}

function boneLengths(joints: Float64Array): readonly number[] {
  return kinectV2.bones.map(([child, parent]) =>
    Math.hypot(...[0, 1, 2].map((c) => joints[child * 3 + c]! - joints[parent * 3 + c]!)),
  );
}

describe('placeJoints', () => {
  it('keeps the length of every bone but the tips of the hands, whatever the pose', () => {
    const hand = (name: string): boolean => /hand tip|thumb/.test(name);
    const rigid = kinectV2.bones.map(([child]) => !hand(kinectV2.joints[child] as string));
    const expected = boneLengths(placeJoints(body, rest));
    for (const pose of poses) {
      const lengths = boneLengths(placeJoints(body, pose));
      const changes = lengths.map((x, i) => (rigid[i] === true ? x - expected[i]! : 0));
      expect(Math.max(...changes.map(Math.abs))).toBeLessThan(1e-9);
    }
  });

  it('puts the lower foot on the floor, or above it by the lift', () => {
    for (const pose of poses) {
      const joints = placeJoints(body, pose);
      const lowest = Math.min(at(joints, 'left foot')[1]!, at(joints, 'right foot')[1]!);
      expect(Math.abs(lowest - pose.lift)).toBeLessThan(1e-12);
    }
  });

  it('stands upright: head over shoulders over hips over knees over feet', () => {
    const joints = placeJoints(body, rest);
    const chain = [
      'head',
      'neck',
      'spine shoulder',
      'spine mid',
      'spine base',
      'left knee',
      'left foot',
    ];
    const heights = chain.map((name) => at(joints, name)[1]!);
    expect(heights).toEqual([...heights].sort((a, b) => b - a));
    expect(at(joints, 'left shoulder')[0]!).toBeGreaterThan(0);
    expect(at(joints, 'right shoulder')[0]!).toBeLessThan(0);
  });

  it('is a mirror image for the mirrored pose', () => {
    for (const pose of poses) {
      const [joints, other] = [placeJoints(body, pose), placeJoints(body, mirrored(pose))];
      const differences = kinectV2.mirror.flatMap((v, i) =>
        [-1, 1, 1].map((sign, c) => joints[i * 3 + c]! - sign * other[v * 3 + c]!),
      );
      expect(Math.max(...differences.map(Math.abs))).toBeLessThan(1e-12);
    }
  });

  it('leans forward, nods and advances as the pose says', () => {
    const joints = placeJoints(body, poseOf({ lean: 1, advance: 0.5 }));
    const [, up, forward] = at(joints, 'spine base') as [number, number, number];
    expect(forward).toBe(0.5);
    expect(at(joints, 'head')[2]! - forward).toBeGreaterThan(0.3);
    expect(at(joints, 'head')[1]! - up).toBeLessThan(0.5);
  });
});

describe('drawBody', () => {
  it('draws people between 1.3 and 2 metres up to the middle of the head, no two alike', () => {
    const heights = Array.from({ length: 50 }, (_, seed) => {
      const joints = placeJoints(drawBody(createRandom(seed)), rest);
      return at(joints, 'head')[1]!;
    });
    expect(Math.min(...heights)).toBeGreaterThan(1.3);
    expect(Math.max(...heights)).toBeLessThan(2);
    expect(new Set(heights).size).toBe(50);
  });
});
