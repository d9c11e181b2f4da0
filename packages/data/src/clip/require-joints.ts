import type { Clip, Layout } from '@halp/skeleton';
import { expectClip } from '@halp/skeleton/check';

/**
 * Nothing, when a clip has three channels of the layout's joints.
 *
 * @param caller - The public function to name in an error.
 * @throws RangeError saying what it has instead.
 */
export function requireJoints(caller: string, clip: Clip, layout: Layout): void {
  expectClip(caller, clip);
  const [C, , V] = clip.shape;
  if (C === 3 && V === layout.joints.length) return;
  throw new RangeError(
    `${caller}: expected 3 channels of ${layout.joints.length} joints (${layout.name}), got ${C} of ${V}`,
  );
}
