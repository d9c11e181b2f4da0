import type { Random } from '@halp/random';
import { kinectV2 } from '@halp/skeleton';
import type { Vector } from '../../clip/rotation.ts';
import { type Limbs, type Pose, unit } from './pose.ts';

/** The lengths of a body's segments, in metres. */
export interface BodyModel {
  /** From the pelvis to the middle of the spine, and from there to the shoulders. */
  readonly spine: number;
  /** From the shoulders to the neck; the head is 1.8 times as far from the neck. */
  readonly neck: number;
  /** Half the distance between the shoulders. */
  readonly shoulder: number;
  readonly upperArm: number;
  readonly forearm: number;
  /** From the wrist to the hand, and from the hand to the finger tips; the thumb is 0.7 times as far. */
  readonly hand: number;
  /** Half the distance between the hips. */
  readonly hip: number;
  readonly thigh: number;
  readonly shin: number;
  readonly foot: number;
}

/**
 * A body 1.5 to 1.95 m tall, with small random differences in arms, legs and breadth.
 *
 * @param rng - Draws 4 uniform numbers.
 */
export function drawBody(rng: Random): BodyModel {
  const around = (middle: number, spread: number): number =>
    middle * (1 + spread * (2 * rng.uniform() - 1));
  const size = around(1.725, 0.13) / 1.725;
  const [arms, legs, breadth] = [around(size, 0.09), around(size, 0.08), around(size, 0.14)];
  return {
    spine: 0.255 * size,
    neck: 0.08 * size,
    shoulder: 0.18 * breadth,
    upperArm: 0.28 * arms,
    forearm: 0.25 * arms,
    hand: 0.075 * arms,
    hip: 0.09 * breadth,
    thigh: 0.42 * legs,
    shin: 0.41 * legs,
    foot: 0.13 * legs,
  };
}

/**
 * The positions of the 25 joints of Kinect v2 for a body in a pose: (left, up, forward) of each joint in metres, with the
 * origin on the floor below the body.
 */
export function placeJoints(body: BodyModel, pose: Pose): Float64Array {
  const at = new Map<string, Vector>();
  const put = (joint: string, from: string, along: Vector, length: number): void => {
    at.set(joint, add(at.get(from) as Vector, along, length));
  };
  at.set('spine base', [0, 0, 0]);
  put('spine mid', 'spine base', leaning(pose.lean / 2), body.spine);
  put('spine shoulder', 'spine mid', leaning(pose.lean), body.spine);
  put('neck', 'spine shoulder', leaning(pose.lean + pose.nod / 2), body.neck);
  put('head', 'neck', leaning(pose.lean + pose.nod), body.neck * 1.8);
  for (const side of ['left', 'right'] as const) placeLimbs(side, body, pose, put);
  const floor = Math.min(...['left foot', 'right foot'].map((foot) => at.get(foot)?.[1] as number));
  const joints = new Float64Array(kinectV2.joints.length * 3);
  kinectV2.joints.forEach((joint, v) => {
    const [left, up, forward] = at.get(joint) as Vector;
    joints.set([left, up - floor + pose.lift, forward + pose.advance], v * 3);
  });
  return joints;
}

type Put = (joint: string, from: string, along: Vector, length: number) => void;

function placeLimbs(side: 'left' | 'right', body: BodyModel, pose: Pose, put: Put): void {
  const sign = side === 'left' ? 1 : -1;
  const limbs: Limbs = pose[side];
  const outward = ([out, up, forward]: Vector): Vector => unit([sign * out, up, forward]);
  const [cos, sin] = [Math.cos(pose.twist), Math.sin(pose.twist)];
  const across: Vector = [sign * cos, -0.2, -sign * sin];
  const forearm = outward(limbs.forearm);
  put(`${side} shoulder`, 'spine shoulder', across, body.shoulder);
  put(`${side} elbow`, `${side} shoulder`, outward(limbs.upperArm), body.upperArm);
  put(`${side} wrist`, `${side} elbow`, forearm, body.forearm);
  put(`${side} hand`, `${side} wrist`, forearm, body.hand);
  put(`${side} hand tip`, `${side} hand`, forearm, body.hand);
  const thumb = unit([forearm[0] - sign * 0.6, forearm[1] + 0.2, forearm[2] + 0.6]);
  put(`${side} thumb`, `${side} hand`, thumb, body.hand * 0.7);
  put(`${side} hip`, 'spine base', [sign, -0.35, 0], body.hip);
  put(`${side} knee`, `${side} hip`, outward(limbs.thigh), body.thigh);
  put(`${side} ankle`, `${side} knee`, outward(limbs.shin), body.shin);
  put(`${side} foot`, `${side} ankle`, outward([0.2, -0.45, 1]), body.foot);
}

/** The up direction, tilted forward by an angle. */
function leaning(angle: number): Vector {
  return [0, Math.cos(angle), Math.sin(angle)];
}

function add(from: Vector, along: Vector, length: number): Vector {
  return [from[0] + along[0] * length, from[1] + along[1] * length, from[2] + along[2] * length];
}
