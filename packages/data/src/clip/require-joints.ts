import type { Clip, Layout } from '@halp/skeleton';
import { expectClip } from '@halp/skeleton/check';

/**
 * Throws unless a clip has three channels and the joints of the layout.
 *
 * @param caller - The public function that the error names.
 * @throws RangeError with the channels and joints that the clip has.
 */
export function requireJoints(caller: string, clip: Clip, layout: Layout): void {
  expectClip(caller, clip);
  const [C, , V] = clip.shape;
  if (C === 3 && V === layout.joints.length) return;
  throw new RangeError(
    `${caller}: expected 3 channels of ${layout.joints.length} joints (${layout.name}), got ${C} of ${V}`,
  );
}
