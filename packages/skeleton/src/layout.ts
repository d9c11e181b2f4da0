/** The names of the layouts that this package holds. */
export type LayoutName = 'kinect-v1' | 'kinect-v2';

/** A set of joints and how they hang together. All joint numbers count from 0. */
export interface Layout {
  /** The name by which prepared data and recipes refer to this layout. */
  readonly name: LayoutName;
  /** The name of each joint, in the order of the data; V of them. */
  readonly joints: readonly string[];
  /** The joint that has no parent. */
  readonly root: number;
  /** The V - 1 bones, one for each joint but the root, in the order of the child joints. */
  readonly bones: readonly (readonly [child: number, parent: number])[];
  /** The joint that is subtracted when a clip is centred: the middle of the spine. */
  readonly center: number;
  /** The two joints whose difference points up the spine. */
  readonly spine: readonly [from: number, to: number];
  /** The shoulders; right minus left points along x after normalisation. */
  readonly shoulders: readonly [left: number, right: number];
  /** For each joint the joint that it becomes when left and right are exchanged; its own inverse. */
  readonly mirror: readonly number[];
}

interface LayoutSource {
  readonly name: LayoutName;
  readonly root: string;
  readonly center: string;
  readonly spine: readonly [from: string, to: string];
  /** Joint names in the order of the data, each with the name of its parent. */
  readonly joints: readonly (readonly [joint: string, parent: string])[];
}

function layoutFrom(source: LayoutSource): Layout {
  const joints = source.joints.map(([joint]) => joint);
  const numberOf = (joint: string): number => {
    const index = joints.indexOf(joint);
    if (index < 0) throw new RangeError(`layoutFrom: ${source.name} has no joint '${joint}'`);
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
    center: numberOf(source.center),
    spine: [numberOf(source.spine[0]), numberOf(source.spine[1])],
    shoulders: [numberOf('left shoulder'), numberOf('right shoulder')],
    mirror: joints.map((joint) => numberOf(mirrored(joint))),
  };
}

/**
 * The 25 joints of Kinect v2, as in NTU RGB+D 60 and 120 and PKU-MMD.
 *
 * Bones lead towards the spine at the shoulders, joint 20 (the pairs of the authors' bone stream).
 */
export const kinectV2: Layout = layoutFrom({
  name: 'kinect-v2',
  root: 'spine shoulder',
  center: 'spine mid',
  spine: ['spine base', 'spine mid'],
  joints: [
    ['spine base', 'spine mid'],
    ['spine mid', 'spine shoulder'],
    ['neck', 'spine shoulder'],
    ['head', 'neck'],
    ['left shoulder', 'spine shoulder'],
    ['left elbow', 'left shoulder'],
    ['left wrist', 'left elbow'],
    ['left hand', 'left wrist'],
    ['right shoulder', 'spine shoulder'],
    ['right elbow', 'right shoulder'],
    ['right wrist', 'right elbow'],
    ['right hand', 'right wrist'],
    ['left hip', 'spine base'],
    ['left knee', 'left hip'],
    ['left ankle', 'left knee'],
    ['left foot', 'left ankle'],
    ['right hip', 'spine base'],
    ['right knee', 'right hip'],
    ['right ankle', 'right knee'],
    ['right foot', 'right ankle'],
    ['spine shoulder', 'spine shoulder'],
    ['left hand tip', 'left thumb'],
    ['left thumb', 'left hand'],
    ['right hand tip', 'right thumb'],
    ['right thumb', 'right hand'],
  ],
});

/** The 20 joints of Kinect v1, as in NW-UCLA and (reordered) UTD-MHAD. */
export const kinectV1: Layout = layoutFrom({
  name: 'kinect-v1',
  root: 'shoulder centre',
  center: 'spine',
  spine: ['hip centre', 'spine'],
  joints: [
    ['hip centre', 'spine'],
    ['spine', 'shoulder centre'],
    ['shoulder centre', 'shoulder centre'],
    ['head', 'shoulder centre'],
    ['left shoulder', 'shoulder centre'],
    ['left elbow', 'left shoulder'],
    ['left wrist', 'left elbow'],
    ['left hand', 'left wrist'],
    ['right shoulder', 'shoulder centre'],
    ['right elbow', 'right shoulder'],
    ['right wrist', 'right elbow'],
    ['right hand', 'right wrist'],
    ['left hip', 'hip centre'],
    ['left knee', 'left hip'],
    ['left ankle', 'left knee'],
    ['left foot', 'left ankle'],
    ['right hip', 'hip centre'],
    ['right knee', 'right hip'],
    ['right ankle', 'right knee'],
    ['right foot', 'right ankle'],
  ],
});

/** The layout of that name. */
export function layoutOf(name: LayoutName): Layout {
  switch (name) {
    case 'kinect-v1':
      return kinectV1;
    case 'kinect-v2':
      return kinectV2;
  }
}

/** Whether a text read from a file names a layout of this package. */
export function isLayoutName(name: unknown): name is LayoutName {
  return name === 'kinect-v1' || name === 'kinect-v2';
}
