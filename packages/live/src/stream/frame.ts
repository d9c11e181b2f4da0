import { gotText } from '@halp/random/check';
import { type Landmark, layoutNames, layoutOf } from '@halp/skeleton';

/** A joint as an object with a detector's confidence, such as a landmark of MediaPipe. */
export interface VisibleLandmark extends Landmark {
  /** How certain the detector is that the joint is visible, in [0, 1]. Default: 1. */
  readonly visibility?: number | undefined;
}

/**
 * A joint of a frame: `[x, y]`, `[x, y, z]`, `[x, y, z, visibility]`, or `{ x, y, z?, visibility? }`; null, NaN coordinates
 * and zeros mean that it was not seen.
 */
export type FrameJoint = ArrayLike<number> | VisibleLandmark | null;

/** The V joints of one person at one time, in the order of the layout; empty if nobody is in view. */
export type Frame = readonly FrameJoint[];

/** The points of a frame. */
export interface FramePoints {
  /** `[V, 3]`: x, y, z of each joint; zeros for a joint that was not seen. */
  readonly points: Float32Array;
  /** Whether each joint was seen, 1 or 0. */
  readonly seen: Uint8Array;
  /** The number of joints with NaN or infinite coordinates. */
  readonly broken: number;
}

/**
 * The points of a frame; undefined if nobody is in view, which is a frame without joints or without a joint that was seen.
 *
 * @param joints - V.
 * @param minVisibility - Joints with a lower visibility count as not seen.
 * @throws RangeError if the number of joints is neither V nor 0.
 * @throws TypeError if the frame is not a list, or a joint is of another type.
 */
export function pointsOfFrame(
  frame: Frame,
  joints: number,
  minVisibility: number,
): FramePoints | undefined {
  const given: unknown = frame;
  if (!Array.isArray(given)) {
    throw new TypeError(`push: expected a frame as a list of joints, got ${gotText(given)}`);
  }
  if (given.length === 0) return undefined;
  if (given.length !== joints) {
    throw new RangeError(
      `push: expected ${joints} joints, or none if nobody is in view, got ${given.length}${layoutHint(given.length)}`,
    );
  }
  const points = new Float32Array(3 * joints);
  const seen = new Uint8Array(joints);
  let broken = 0;
  for (const [v, joint] of (given as Frame).entries()) {
    const numbers = numbersOf(joint, v);
    if (numbers === undefined) continue;
    const [x, y, z, visibility] = numbers;
    if (![x, y, z].every((value) => Number.isFinite(Math.fround(value)))) {
      broken++;
      continue;
    }
    // NaN is no visibility either.
    if ((x === 0 && y === 0 && z === 0) || !(visibility >= minVisibility)) continue;
    points.set([x, y, z], 3 * v);
    seen[v] = 1;
  }
  return seen.includes(1) || broken > 0 ? { points, seen, broken } : undefined;
}

/** The built-in layout with a number of joints, as advice; empty if there is none. */
function layoutHint(joints: number): string {
  const layout = layoutNames.map(layoutOf).find((known) => known.joints.length === joints);
  if (layout === undefined) return '';
  // Pose detectors have the axes of an image.
  const up = layout.hasSpine ? '' : ' and option up = -y';
  return `; for ${layout.name} set option layout = ${layout.name}${up}`;
}

type Numbers = readonly [x: number, y: number, z: number, visibility: number];

function numbersOf(joint: unknown, v: number): Numbers | undefined {
  if (joint === null) return undefined;
  if (typeof joint === 'object') {
    if ('x' in joint && 'y' in joint) {
      const { x, y, z = 0, visibility = 1 } = joint as VisibleLandmark;
      if ([x, y, z, visibility].every(isNumber)) return [x, y, z, visibility];
    } else {
      const list = joint as ArrayLike<number>;
      const [x, y, z = 0, visibility = 1] = Array.from(list);
      const fits = list.length >= 2 && list.length <= 4;
      // JSON has null in place of NaN.
      const known = [x, y, z, visibility].map((value) => (value === null ? NaN : value));
      if (fits && known.every(isNumber)) return known as unknown as Numbers;
    }
  }
  throw new TypeError(
    `push: expected [x, y, z], [x, y, z, visibility], { x, y, z, visibility } or null as joint ${v}, got ${gotText(joint)}`,
  );
}

const isNumber = (value: unknown): value is number => typeof value === 'number';
