/** The names of the layouts that this package holds. */
export type LayoutName = 'kinect-v1' | 'kinect-v2' | 'openpose-18' | 'coco-17' | 'mediapipe-33';

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
  /**
   * Whether the layout has joints on the spine. Where it has none, `center` and `spine` are stand-ins,
   * and what is centred or turned by them is not comparable with Kinect's.
   */
  readonly hasSpine: boolean;
  /** The joint that is subtracted when a clip is centred: the middle of the spine, else the root. */
  readonly center: number;
  /**
   * The two joints whose difference points up the trunk: two of the spine, else the left hip and the
   * left shoulder, which run beside it.
   */
  readonly spine: readonly [from: number, to: number];
  /** The shoulders; right minus left points along x after NTU's normalisation. */
  readonly shoulders: readonly [left: number, right: number];
  /** For each joint the joint that it becomes when left and right are exchanged; its own inverse. */
  readonly mirror: readonly number[];
}
