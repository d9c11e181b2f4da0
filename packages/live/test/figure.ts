import type { Random } from '@halp/random';
import { type LayoutName, layoutOf } from '@halp/skeleton';

type Point = readonly [x: number, y: number, z: number];

/** How a person moves at a time. */
export interface Gesture {
  /** The angle of the straight right leg forward, in radians. */
  readonly kick?: number;
  /** The angle of the right forearm from straight up, in radians; the upper arm is held up to the side. */
  readonly wave?: number;
  /** How far the whole body has moved, in metres. */
  readonly step?: number;
}

/** Frames of a person 1.7 m tall in the joints of a layout, y up, in metres, without errors. */
export function figure(layout: LayoutName, { kick = 0, wave, step = 0 }: Gesture): number[][] {
  return layoutOf(layout).joints.map((joint) => {
    const [x, y, z] = pointOf(joint, kick, wave);
    return [x + step, y, z];
  });
}

function pointOf(joint: string, kick: number, wave: number | undefined): Point {
  const side = joint.startsWith('left') ? -1 : 1;
  const part = joint.replace(/^(left|right) /, '');
  const isRight = joint.startsWith('right');
  const below = legs[part];
  if (below !== undefined) {
    const angle = isRight ? kick : 0;
    const [down, forward] = below;
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    return [0.1 * side, 0.9 - down * cos + forward * sin, down * sin + forward * cos];
  }
  const along = arms[part];
  if (along === undefined) return middle[part] ?? fail(joint);
  if (!isRight || wave === undefined) return [0.2 * side, 1.4 - along, 0];
  const [upper, fore] = [Math.min(along, 0.28), Math.max(0, along - 0.28)];
  return [0.2 + upper - fore * Math.sin(wave), 1.4 + fore * Math.cos(wave), 0];
}

function fail(joint: string): never {
  throw new Error(`figure: expected a point of ${joint}, got none`);
}

/** Metres below the hip and in front of it. */
const legs: Readonly<Record<string, readonly [down: number, forward: number]>> = {
  ...{ hip: [0, 0], knee: [0.42, 0], ankle: [0.83, 0], heel: [0.87, -0.03] },
  ...{ foot: [0.87, 0.12], 'foot index': [0.87, 0.16] },
};

/** Metres from the shoulder along the arm. */
const arms: Readonly<Record<string, number>> = {
  ...{ shoulder: 0, elbow: 0.28, wrist: 0.53, hand: 0.6, 'hand tip': 0.68, thumb: 0.58 },
  ...{ pinky: 0.6, index: 0.62 },
};

const [head, neck, hips]: readonly Point[] = [
  [0, 1.6, 0],
  [0, 1.43, 0],
  [0, 0.95, 0],
] as const;
const middle: Readonly<Record<string, Point | undefined>> = {
  ...{ head, nose: head, 'eye inner': head, eye: head, 'eye outer': head, ear: head, mouth: head },
  ...{ neck, 'spine shoulder': neck, 'shoulder centre': neck },
  ...{ 'spine base': hips, 'hip centre': hips, spine: [0, 1.1, 0], 'spine mid': [0, 1.1, 0] },
};

/** What the sensors of the synthetic motions add, at their worst: metres of jitter, and of depth that wanders. */
export interface SensorErrors {
  /** The standard deviation of each coordinate. */
  readonly jitter: number;
  /** The standard deviation of a step of the depth, of which 0.85 is kept from frame to frame. */
  readonly wander: number;
}

/** Adds the errors of a sensor to successive frames. */
export function sensor(
  { jitter, wander }: SensorErrors,
  rng: Random,
): (frame: readonly (readonly number[])[]) => number[][] {
  const depth: number[] = [];
  return (frame) =>
    frame.map((joint, v) => {
      const off = 0.85 * (depth[v] ?? 0) + wander * rng.normal();
      depth[v] = off;
      return joint.map((value, c) => value + (c === 2 ? off : 0) + jitter * rng.normal());
    });
}
