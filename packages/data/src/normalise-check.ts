import type { Clip, Layout } from '@halp/skeleton';

/**
 * Nothing, when a clip has three channels of the layout's joints.
 *
 * @param caller The public function to name in an error.
 * @throws RangeError saying what it has instead.
 */
export function requireJoints(caller: string, { shape }: Clip, layout: Layout): void {
  const [C, , V] = shape;
  if (C === 3 && V === layout.joints.length) return;
  throw new RangeError(
    `${caller}: expected 3 channels of ${layout.joints.length} joints (${layout.name}), got ${C} of ${V}`,
  );
}
