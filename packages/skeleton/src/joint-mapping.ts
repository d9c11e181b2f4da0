import { combinationsFor, meaningOf } from './joint-meaning.ts';
import type { Layout, LayoutName } from './layout.ts';
import { expectLayout, isLayoutName } from './layout-of.ts';

/** The source of a joint of the target layout. */
export type JointOrigin = TakenJoint | InterpolatedJoint | MissingJoint;

/** A joint that the source layout also has; its numbers are copied. */
export interface TakenJoint {
  /** The kind of origin. */
  readonly kind: 'taken';
  /** The name of the joint in the target layout. */
  readonly joint: string;
  /** The number of the joint in the source layout. */
  readonly from: number;
}

/** A joint that is interpolated between joints of the source layout. */
export interface InterpolatedJoint {
  /** The kind of origin. */
  readonly kind: 'interpolated';
  /** The name of the joint in the target layout. */
  readonly joint: string;
  /** The joints of the source layout to interpolate between; their weights sum to 1. */
  readonly between: readonly WeightedJoint[];
}

/** One of the joints to interpolate between. */
export interface WeightedJoint {
  /** The number of the joint in the source layout. */
  readonly joint: number;
  /** Its weight, in (0, 1). */
  readonly weight: number;
}

/** A joint that the source layout does not determine. */
export interface MissingJoint {
  /** The kind of origin. */
  readonly kind: 'missing';
  /** The name of the joint in the target layout. */
  readonly joint: string;
}

/** The source of every joint when a clip is converted to another layout. */
export interface JointMapping {
  /** The name of the layout of the source clips. */
  readonly from: string;
  /** The name of the target layout. */
  readonly to: string;
  /** One origin for each joint of `to`, in its order. */
  readonly joints: readonly JointOrigin[];
}

/**
 * The source of each joint of `target` when a clip of `source` is converted: a joint for the same point of the
 * body is taken, a joint between known joints is interpolated, and any other is missing.
 *
 * Joints of your own layouts mark what their names say, in the words of kinect-v2 ('spine base', 'spine mid', 'spine
 * shoulder', 'left hip') and of the built-in layouts for other joints ('left ear').
 *
 * Joints for the same point of the body are taken without correction, although recorders place them a little
 * differently: the hips of Kinect, for example, are nearer to each other than those of COCO.
 *
 * @param source - the layout of the clip, or its name.
 * @param target - the target layout, or its name.
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
    const combination = combinationsFor(meaningOf(joint, to.name)).find((shares) =>
      Object.keys(shares).every((meaning) => known.has(meaning)),
    );
    if (combination === undefined) return { kind: 'missing', joint };
    const between = Object.entries(combination).map(([meaning, weight]) => ({
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

/**
 * Whether the joints by which clips are centred and rotated mark the same points of the body in two layouts. If not,
 * normalised clips are not comparable after their joints were mapped.
 */
export function sameReferences(source: Layout | LayoutName, target: Layout | LayoutName): boolean {
  const from = expectLayout('sameReferences', source);
  const to = expectLayout('sameReferences', target);
  // The substitutes of built-in layouts without a spine count as the same.
  if (isBuiltIn(from) && isBuiltIn(to)) return from.hasSpine === to.hasSpine;
  const meanings = (layout: Layout): readonly string[] =>
    [layout.center, ...layout.spine, ...layout.shoulders].map((joint) =>
      meaningOf(layout.joints[joint] as string, layout.name),
    );
  return meanings(from).join('\n') === meanings(to).join('\n');
}

function isBuiltIn({ name }: Layout): boolean {
  return isLayoutName(name);
}
