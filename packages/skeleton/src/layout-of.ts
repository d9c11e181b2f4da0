import { gotText } from './got-text.ts';
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

/** The names of all layouts. */
export const layoutNames: readonly LayoutName[] = Object.keys(layouts) as LayoutName[];

/**
 * The layout of a name; a layout is returned unchanged.
 *
 * @throws RangeError for an unknown name; the message lists the known ones.
 * @throws TypeError for a value that is neither a name nor a layout.
 */
export function layoutOf(name: LayoutName | Layout): Layout {
  return expectLayout('layoutOf', name);
}

/**
 * The layout of a name; a layout is returned unchanged.
 *
 * @throws RangeError for an unknown name.
 * @throws TypeError for anything else.
 */
export function expectLayout(caller: string, layout: Layout | LayoutName): Layout {
  if (isLayoutName(layout)) return layouts[layout];
  const { joints, bones } = (layout ?? {}) as Partial<Layout>;
  if (Array.isArray(joints) && Array.isArray(bones)) return layout;
  const Kind = typeof layout === 'string' ? RangeError : TypeError;
  throw new Kind(
    `${caller}: expected a layout or one of the names ${layoutNames.join(', ')}, got ${gotText(layout)}`,
  );
}

/** Whether a value, such as a text from a file, is the name of a layout of this package. */
export function isLayoutName(name: unknown): name is LayoutName {
  return typeof name === 'string' && Object.hasOwn(layouts, name);
}
