import { meaningOf, waysToMake } from './joint-meaning.ts';
import type { Layout, LayoutName } from './layout.ts';
import { expectLayout } from './layout-of.ts';

/** Where a joint of the target layout comes from. */
export type JointOrigin = TakenJoint | InterpolatedJoint | MissingJoint;

/** A joint that the source layout has too: its numbers are copied. */
export interface TakenJoint {
  /** Says which origin this is. */
  readonly kind: 'taken';
  /** The name of the joint in the target layout. */
  readonly joint: string;
  /** The number of the joint in the source layout. */
  readonly from: number;
}

/** A joint that lies between joints of the source layout. */
export interface InterpolatedJoint {
  /** Says which origin this is. */
  readonly kind: 'interpolated';
  /** The name of the joint in the target layout. */
  readonly joint: string;
  /** The joints of the source layout that it lies between; their weights sum to 1. */
  readonly between: readonly WeightedJoint[];
}

/** One of the joints that an interpolated one lies between. */
export interface WeightedJoint {
  /** The number of the joint in the source layout. */
  readonly joint: number;
  /** Its share, in (0, 1). */
  readonly weight: number;
}

/** A joint of which the source layout says nothing. */
export interface MissingJoint {
  /** Says which origin this is. */
  readonly kind: 'missing';
  /** The name of the joint in the target layout. */
  readonly joint: string;
}

/** Where every joint of one layout comes from when a clip of another is converted to it. */
export interface JointMapping {
  /** The layout that clips have. */
  readonly from: LayoutName;
  /** The layout that they get. */
  readonly to: LayoutName;
  /** One origin for each joint of `to`, in its order. */
  readonly joints: readonly JointOrigin[];
}

/**
 * Where each joint of `target` comes from when a clip of `source` is converted: a joint that means the same
 * is taken, one that lies between known joints is interpolated, and any other is missing.
 *
 * Joints of one meaning are taken as they are, although recorders place them a little differently:
 * the hips of Kinect, for one, are nearer to each other than those of COCO.
 *
 * @param source - The layout of the clip, or its name.
 * @param target - The layout wanted, or its name.
 * @throws RangeError for an unknown layout name.
 *
 * @example
 * ```ts
 * const { joints } = jointMapping(kinectV1, kinectV2);
 * joints.filter(({ kind }) => kind === 'missing').map(({ joint }) => joint);
 * // ['left hand tip', 'left thumb', 'right hand tip', 'right thumb']
 * ```
 */
export function jointMapping(
  source: Layout | LayoutName,
  target: Layout | LayoutName,
): JointMapping {
  const from = expectLayout('jointMapping', source);
  const to = expectLayout('jointMapping', target);
  const known = new Map(from.joints.map((joint, index) => [meaningOf(joint, from.name), index]));
  const joints = to.joints.map((joint): JointOrigin => {
    const way = waysToMake(meaningOf(joint, to.name)).find((shares) =>
      Object.keys(shares).every((meaning) => known.has(meaning)),
    );
    if (way === undefined) return { kind: 'missing', joint };
    const between = Object.entries(way).map(([meaning, weight]) => ({
      joint: known.get(meaning) as number,
      weight,
    }));
    const [first, second] = between;
    return first !== undefined && second === undefined
      ? { kind: 'taken', joint, from: first.joint }
      : { kind: 'interpolated', joint, between };
  });
  return { from: from.name, to: to.name, joints };
}
