import type { Random } from '@halp/random';

/** x, y, z: to the left of the body, up, forward. */
export type Vector = readonly [left: number, up: number, forward: number];

/**
 * The pose of a body, independent of its proportions: angles of the trunk and the head in radians, then the directions
 * (outward, up, forward) of upper arm, forearm, thigh and shin of the left and of the right side, 31 numbers.
 */
export type Pose = Float64Array;

/** The places of the numbers of a pose. */
export const at = { lean: 0, side: 1, twist: 2, nod: 3, look: 4, turn: 5 } as const;
const ANGLES = Object.keys(at).length;

/** The segments of a side, in order. */
export const segments = ['upper arm', 'forearm', 'thigh', 'shin'] as const;

/** A segment of a side. */
export type Segment = (typeof segments)[number];

/** A side of the body. */
export type Side = 'left' | 'right';

/** Both sides. */
export const sides: readonly Side[] = ['left', 'right'];

/** The place of the first of the three numbers of a segment. */
export function placeOf(side: Side, segment: Segment): number {
  return ANGLES + 12 * sides.indexOf(side) + 3 * segments.indexOf(segment);
}

const hanging: Readonly<Record<Segment, Vector>> = {
  'upper arm': [0.16, -1, 0],
  forearm: [0.1, -1, 0.15],
  thigh: [0.06, -1, 0.02],
  shin: [0, -1, -0.04],
};

/** Standing at rest, arms hanging. */
export function restPose(): Pose {
  const pose = new Float64Array(ANGLES + 24);
  for (const side of sides) {
    for (const segment of segments) pose.set(hanging[segment], placeOf(side, segment));
  }
  return pose;
}

/** `from` at weight 0, `to` at weight 1; larger weights extrapolate. */
export function blend(from: Pose, to: Pose, weight: number): Pose {
  return from.map((value, i) => value + weight * ((to[i] as number) - value));
}

/** The pose with a normal error of every number; a third of it on the legs, which carry the body. */
export function perturbed(pose: Pose, deviation: number, rng: Random): Pose {
  return pose.map((value, i) => {
    const isLeg = i >= ANGLES && (i - ANGLES) % 12 >= 6;
    return value + (isLeg ? deviation / 3 : deviation) * rng.normal();
  });
}

/** The direction of a vector. */
export function unit([x, y, z]: Vector): Vector {
  const length = Math.hypot(x, y, z) || 1;
  return [x / length, y / length, z / length];
}

/** A random number in [low, high). */
export function between(low: number, high: number, rng: Random): number {
  return low + (high - low) * rng.uniform();
}
