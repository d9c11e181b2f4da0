import { type Clip, createClip, type Layout, type LayoutName } from '@halp/skeleton';
import { expectLayout } from '@halp/skeleton/check';
import { requireJoints } from './require-joints.ts';

/**
 * The clip with person 0's centre joint at the origin in every frame.
 *
 * p'(t, v, m) = fround(p(t, v, m) - p(t, `layout.center`, 0)) for every joint that is not (0, 0, 0).
 *
 * A joint at (0, 0, 0) was not detected and stays zero. A frame without person 0's centre joint stays as recorded.
 * Idempotent, bit for bit. Translating the whole recording changes the result by rounding only.
 *
 * @param clip - `[3, T, V, M]`, in any unit; not changed.
 * @returns A new clip of the same shape and unit.
 * @throws RangeError if the clip has other joints than `layout`, or not 3 channels.
 */
export function centerClip(clip: Clip, skeleton: Layout | LayoutName): Clip {
  const layout = expectLayout('centerClip', skeleton);
  requireJoints('centerClip', clip, layout);
  const centered = createClip(clip.shape, clip.data.slice());
  subtractCenter(centered, layout.center);
  return centered;
}

/** {@link centerClip} in place. */
export function subtractCenter(clip: Clip, center: number): void {
  const { data } = clip;
  const [, T, V, M] = clip.shape;
  const channel = T * V * M;
  const [y, z] = [channel, 2 * channel];
  for (let t = 0; t < T; t++) {
    const origin = (t * V + center) * M;
    const x0 = data[origin] as number;
    const y0 = data[origin + y] as number;
    const z0 = data[origin + z] as number;
    if (x0 === 0 && y0 === 0 && z0 === 0) continue;
    for (let i = t * V * M; i < (t + 1) * V * M; i++) {
      if (data[i] === 0 && data[i + y] === 0 && data[i + z] === 0) continue;
      data[i] = (data[i] as number) - x0;
      data[i + y] = (data[i + y] as number) - y0;
      data[i + z] = (data[i + z] as number) - z0;
    }
  }
}
