import { gotText } from './got-text.ts';
import { kinectV1, kinectV2 } from './kinect.ts';
import type { BuiltInLayout, Layout, LayoutName } from './layout.ts';
import { coco17, mediapipe33, openpose18 } from './pose.ts';

const layouts: Readonly<Record<LayoutName, BuiltInLayout>> = {
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

/** Whether two layouts have the same name, joints, bones and references. */
export function sameLayout(a: Layout | LayoutName, b: Layout | LayoutName): boolean {
  if (a === b) return true;
  const [left, right] = [expectLayout('sameLayout', a), expectLayout('sameLayout', b)];
  return left === right || textOf(left) === textOf(right);
}

/**
 * A layout as it is stored: the name of a built-in layout, or the whole layout as plain data.
 *
 * @throws RangeError for an unknown layout name.
 */
export function storedLayout(layout: Layout | LayoutName): LayoutName | Layout {
  const whole = expectLayout('storedLayout', layout);
  const { name } = whole;
  if (isLayoutName(name) && sameLayout(whole, layouts[name])) return name;
  return JSON.parse(textOf(whole)) as Layout;
}

function textOf(layout: Layout): string {
  const { name, joints, root, bones, hasSpine, center, spine, shoulders, mirror } = layout;
  return JSON.stringify({
    ...{ name, joints, root, bones },
    ...{ hasSpine, center, spine, shoulders, mirror },
  });
}
