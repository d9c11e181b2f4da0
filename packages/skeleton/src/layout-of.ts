import { kinectV1, kinectV2 } from './kinect.ts';
import type { Layout, LayoutName } from './layout.ts';
import { coco17, mediapipe33, openpose18 } from './pose.ts';

const layouts: Readonly<Record<LayoutName, Layout>> = {
  'kinect-v1': kinectV1,
  'kinect-v2': kinectV2,
  'openpose-18': openpose18,
  'coco-17': coco17,
  'mediapipe-33': mediapipe33,
};

/** The names of all layouts, for messages and for trying each. */
export const layoutNames: readonly LayoutName[] = Object.keys(layouts) as LayoutName[];

/** The layout of that name. */
export function layoutOf(name: LayoutName): Layout {
  return layouts[name];
}

/** Whether a text read from a file names a layout of this package. */
export function isLayoutName(name: unknown): name is LayoutName {
  return typeof name === 'string' && Object.hasOwn(layouts, name);
}
