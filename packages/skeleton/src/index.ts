export { createClip, firstNonFinite, type Clip, type ClipIndex, type ClipShape } from './clip.ts';
export {
  isLayoutName,
  kinectV1,
  kinectV2,
  layoutOf,
  type Layout,
  type LayoutName,
} from './layout.ts';
export { streamOfClip, type Stream } from './stream.ts';
