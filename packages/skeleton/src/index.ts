export { adjacency, type Adjacency, type PartitionStrategy } from './adjacency.ts';
export { createClip, firstNonFinite, type Clip, type ClipIndex, type ClipShape } from './clip.ts';
export { clipOfFrames, type JointOfFrame, type Landmark } from './clip-of-frames.ts';
export { convertLayout, type ConvertLayoutOptions } from './convert-layout.ts';
export { createLayout, type JointReference, type LayoutData } from './create-layout.ts';
export { headJoints } from './head-joints.ts';
export {
  jointMapping,
  sameReferences,
  type InterpolatedJoint,
  type JointMapping,
  type JointOrigin,
  type MissingJoint,
  type TakenJoint,
  type WeightedJoint,
} from './joint-mapping.ts';
export { kinectV1, kinectV2 } from './kinect.ts';
export { isLayoutName, layoutNames, layoutOf, sameLayout, storedLayout } from './layout-of.ts';
export type { BuiltInLayout, Layout, LayoutName } from './layout.ts';
export { coco17, mediapipe33, openpose18 } from './pose.ts';
export { streamOfClip, type Stream } from './stream.ts';
