import type { BuiltInLayout, LayoutName } from './layout.ts';

/** A layout in terms of joint names. */
export interface LayoutSource {
  /** The name of the layout. */
  readonly name: LayoutName;
  /** The root, listed as its own parent. */
  readonly root: string;
  /** Two joints of the spine and the joint in its middle. Default: the layout has no joints on the spine. */
  readonly spine?: { readonly from: string; readonly to: string; readonly center: string };
  /** Joint names in the order of the data, each with the name of its parent. */
  readonly joints: readonly (readonly [joint: string, parent: string])[];
}

/**
 * The layout with its joints numbered in the order of the source; a joint 'left ...' mirrors the joint
 * 'right ...'.
 *
 * @throws RangeError for the name of a joint that does not exist.
 */
export function layoutFrom(source: LayoutSource): BuiltInLayout {
  const joints = source.joints.map(([joint]) => joint);
  const numberOf = (joint: string): number => {
    const index = joints.indexOf(joint);
    if (index < 0)
      throw new RangeError(`layoutFrom: expected a joint of ${source.name}, got '${joint}'`);
    return index;
  };
  const mirrored = (joint: string): string =>
    joint.startsWith('left ')
      ? `right ${joint.slice(5)}`
      : joint.startsWith('right ')
        ? `left ${joint.slice(6)}`
        : joint;
  return {
    name: source.name,
    joints,
    root: numberOf(source.root),
    bones: source.joints
      .filter(([joint]) => joint !== source.root)
      .map(([joint, parent]) => [numberOf(joint), numberOf(parent)] as const),
    hasSpine: source.spine !== undefined,
    center: numberOf(source.spine?.center ?? source.root),
    spine: [
      numberOf(source.spine?.from ?? 'left hip'),
      numberOf(source.spine?.to ?? 'left shoulder'),
    ],
    shoulders: [numberOf('left shoulder'), numberOf('right shoulder')],
    mirror: joints.map((joint) => numberOf(mirrored(joint))),
  };
}
