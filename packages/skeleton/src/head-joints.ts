import type { Layout, LayoutName } from './layout.ts';
import { expectLayout } from './layout-of.ts';

/**
 * The joints of the head, by their names: head, nose, eyes, ears and mouth, without the neck.
 *
 * They move together. Layouts of pose detectors have up to 11 of them and layouts of Kinect have one, so a share of all joints is
 * not the same share of the body in every layout.
 *
 * @returns Their numbers, ascending.
 * @throws RangeError, TypeError for anything but a layout or the name of one.
 */
export function headJoints(layout: Layout | LayoutName): readonly number[] {
  const { joints } = expectLayout('headJoints', layout);
  return joints.flatMap((joint, v) => (ofHead.test(joint) ? [v] : []));
}

const ofHead = /^(?:(?:left|right) )?(?:head|nose|eye|ear|mouth)\b/i;
