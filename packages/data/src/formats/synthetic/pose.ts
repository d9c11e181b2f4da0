import type { Vector } from '../../clip/rotation.ts';

/**
 * The directions of the segments of an arm and a leg: (outward, up, forward), that is away from the trunk, against gravity,
 * and where the pelvis faces. Vectors of any length.
 */
export interface Limbs {
  readonly upperArm: Vector;
  readonly forearm: Vector;
  readonly thigh: Vector;
  readonly shin: Vector;
}

/** The pose of a body, independent of its proportions. Angles in radians. */
export interface Pose {
  /** How far the trunk bends forward. */
  readonly lean: number;
  /** How far the shoulders turn to the left. */
  readonly twist: number;
  /** How far the head bends forward, beyond the trunk. */
  readonly nod: number;
  /** How far the lower foot is above the floor, in metres. */
  readonly lift: number;
  /** How far the body has moved forward from its place, in metres. */
  readonly advance: number;
  readonly left: Limbs;
  readonly right: Limbs;
}

/** The differences from standing at rest. */
export interface PoseChange {
  readonly lean?: number;
  readonly twist?: number;
  readonly nod?: number;
  readonly lift?: number;
  readonly advance?: number;
  readonly left?: Partial<Limbs>;
  readonly right?: Partial<Limbs>;
  /** Both sides. */
  readonly both?: Partial<Limbs>;
}

const hanging: Limbs = {
  upperArm: [0.16, -1, 0],
  forearm: [0.1, -1, 0.12],
  thigh: [0.05, -1, 0.02],
  shin: [0, -1, -0.03],
};

/** Standing at rest, arms hanging. */
export const rest: Pose = {
  ...{ lean: 0.03, twist: 0, nod: 0, lift: 0, advance: 0 },
  left: hanging,
  right: hanging,
};

/** Standing at rest, with changes. */
export function poseOf({ both = {}, left = {}, right = {}, ...numbers }: PoseChange): Pose {
  return {
    ...rest,
    ...numbers,
    left: { ...hanging, ...both, ...left },
    right: { ...hanging, ...both, ...right },
  };
}

/** The mirror image of a pose. */
export function mirrored(pose: Pose): Pose {
  return { ...pose, twist: -pose.twist, left: pose.right, right: pose.left };
}

/** The interpolation between two poses: `from` at weight 0, `to` at weight 1; larger weights extrapolate. */
export function blend(from: Pose, to: Pose, weight: number): Pose {
  const mix = (a: number, b: number): number => a + (b - a) * weight;
  const limbs = (a: Limbs, b: Limbs): Limbs => ({
    upperArm: turn(a.upperArm, b.upperArm, weight),
    forearm: turn(a.forearm, b.forearm, weight),
    thigh: turn(a.thigh, b.thigh, weight),
    shin: turn(a.shin, b.shin, weight),
  });
  return {
    lean: mix(from.lean, to.lean),
    twist: mix(from.twist, to.twist),
    nod: mix(from.nod, to.nod),
    lift: Math.max(0, mix(from.lift, to.lift)),
    advance: mix(from.advance, to.advance),
    left: limbs(from.left, to.left),
    right: limbs(from.right, to.right),
  };
}

/** The pose with `change()` added to every direction and angle; it is called once for each number. */
export function perturb(pose: Pose, change: () => number): Pose {
  const moved = (v: Vector): Vector => {
    const [x, y, z] = unit(v);
    return [x + change(), y + change(), z + change()];
  };
  const limbs = (l: Limbs): Limbs => ({
    upperArm: moved(l.upperArm),
    forearm: moved(l.forearm),
    // Legs carry the body and vary less.
    thigh: turn(l.thigh, moved(l.thigh), 0.4),
    shin: turn(l.shin, moved(l.shin), 0.4),
  });
  return {
    ...pose,
    lean: pose.lean + change(),
    twist: pose.twist + change(),
    nod: pose.nod + change(),
    left: limbs(pose.left),
    right: limbs(pose.right),
  };
}

/** The direction of a vector. */
export function unit([x, y, z]: Vector): Vector {
  const length = Math.hypot(x, y, z);
  return [x / length, y / length, z / length];
}

function turn(from: Vector, to: Vector, weight: number): Vector {
  const [a, b] = [unit(from), unit(to)];
  return [0, 1, 2].map((i) => {
    const x = a[i] as number;
    return x + ((b[i] as number) - x) * weight;
  }) as unknown as Vector;
}
