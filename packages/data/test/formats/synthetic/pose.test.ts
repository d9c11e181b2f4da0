import { describe, expect, it } from 'vitest';
import {
  blend,
  mirrored,
  perturb,
  poseOf,
  rest,
  unit,
} from '../../../src/formats/synthetic/pose.ts';

const kicking = poseOf({ lean: -0.2, lift: 0.1, right: { thigh: [0, 0, 2] } });

describe('poseOf', () => {
  it('applies the given changes and nothing else', () => {
    expect(kicking.left).toEqual(rest.left);
    expect(kicking.right).toEqual({ ...rest.right, thigh: [0, 0, 2] });
    expect([kicking.lean, kicking.lift, kicking.nod]).toEqual([-0.2, 0.1, 0]);
  });

  it('lets one side differ from both', () => {
    const pose = poseOf({ both: { shin: [0, 1, 0] }, left: { shin: [0, 2, 0] } });
    expect([pose.left.shin, pose.right.shin]).toEqual([
      [0, 2, 0],
      [0, 1, 0],
    ]);
  });
});

describe('blend', () => {
  it('is the one pose at 0 and has the directions of the other at 1', () => {
    expect(blend(rest, kicking, 0).right.thigh).toEqual(unit(rest.right.thigh));
    expect(blend(rest, kicking, 1).right.thigh).toEqual([0, 0, 1]);
    expect(blend(rest, kicking, 1).lean).toBeCloseTo(-0.2, 12);
  });

  it('is half of both at one half', () => {
    const [x, y, z] = blend(kicking, poseOf({ right: { thigh: [0, -1, 0] } }), 0.5).right.thigh;
    expect([x, y, z]).toEqual([0, -0.5, 0.5]);
  });

  it('never sinks into the floor', () => {
    expect(blend(rest, kicking, -1).lift).toBe(0);
  });
});

describe('mirrored', () => {
  it('exchanges the sides and turns the other way, and is its own inverse', () => {
    const pose = { ...kicking, twist: 0.3 };
    expect(mirrored(pose).left).toEqual(pose.right);
    expect(mirrored(pose).twist).toBe(-0.3);
    expect(mirrored(mirrored(pose))).toEqual(pose);
  });
});

describe('perturb', () => {
  it('changes every direction and angle by a separate number, and no position', () => {
    let calls = 0;
    const pose = perturb(kicking, () => {
      calls++;
      return 0.1;
    });
    expect(calls).toBe(2 * 4 * 3 + 3);
    expect(pose.lean).toBeCloseTo(-0.1, 12);
    expect(pose.lift).toBe(kicking.lift);
    expect(pose.right.upperArm).not.toEqual(unit(kicking.right.upperArm));
  });
});
