/** The names of the built-in layouts. */
export type LayoutName = 'kinect-v1' | 'kinect-v2' | 'openpose-18' | 'coco-17' | 'mediapipe-33';

/** A set of joints and the tree of bones between them. Joints are numbered from 0. */
export interface Layout {
  /** The name of this layout: a {@link LayoutName}, or that of your own. */
  readonly name: string;
  /** The name of each joint, in the order of the data; V of them. */
  readonly joints: readonly string[];
  /** The joint without a parent. */
  readonly root: number;
  /** The V - 1 bones, one for each joint except the root, in the order of the child joints. */
  readonly bones: readonly (readonly [child: number, parent: number])[];
  /**
   * Whether the layout has joints on the spine. If not, `center` and `spine` are substitutes, and clips
   * that are centred or rotated by them are not comparable with Kinect's.
   */
  readonly hasSpine: boolean;
  /** The joint that is subtracted when a clip is centred: the middle of the spine, or the root without a spine. */
  readonly center: number;
  /**
   * The two joints whose difference points up the trunk: two of the spine, or without a spine the left
   * hip and the left shoulder, which are parallel to it.
   */
  readonly spine: readonly [from: number, to: number];
  /** The shoulders; right minus left points along x after NTU's normalisation. */
  readonly shoulders: readonly [left: number, right: number];
  /** For each joint the joint it becomes when left and right are swapped; its own inverse. */
  readonly mirror: readonly number[];
}

/** A layout of this package. */
export interface BuiltInLayout extends Layout {
  /** Its name. */
  readonly name: LayoutName;
}
