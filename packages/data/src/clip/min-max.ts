import { type Clip, createClip, type Layout, type LayoutName } from '@halp/skeleton';
import { expectLayout } from '@halp/skeleton/check';
import { requireJoints } from './require-joints.ts';
import { isSeen } from './seen.ts';

/**
 * The clip with each axis scaled to [-1, 1] by the clip's own extremes.
 *
 * x' = fround((2 x - (max + min)) / (max - min)) for each axis, in float64 until it is stored; min and max
 * over all joints, frames and persons that are not (0, 0, 0).
 *
 * A joint at (0, 0, 0) was not detected: it stays zero and is ignored for the extremes. A constant axis becomes 0. The
 * extremes become exactly -1 and 1; idempotent, bit for bit. Translating the recording, or scaling an axis by a positive
 * factor, changes the result by rounding only. Proportions between axes are lost: the longer a person walks along an axis,
 * the narrower the person becomes.
 *
 * Source: shlizee/Predict-Cluster, ucla_github_pytorch, 2 (x - min) / (max - min) - 1 of a clip and axis.
 *
 * @remarks Differs from the source in two cases: there, a joint that was not detected counts as a position, and a constant
 * axis is divided by zero.
 * @param clip - `[3, T, V, M]`, in any unit; not changed.
 * @returns A new clip of the same shape, without unit.
 * @throws RangeError if the clip has other joints than `layout`, or not 3 channels.
 */
export function minMaxClip(clip: Clip, skeleton: Layout | LayoutName): Clip {
  const layout = expectLayout('minMaxClip', skeleton);
  requireJoints('minMaxClip', clip, layout);
  const [C, T, V, M] = clip.shape;
  const points = T * V * M;
  const { data } = clip;
  const scaled = createClip(clip.shape);
  const seen = Array.from({ length: points }, (_, i) => i).filter((i) => isSeen(clip, i));
  for (let axis = 0; axis < C * points; axis += points) {
    let [min, max] = [Infinity, -Infinity];
    for (const i of seen) {
      min = Math.min(min, data[axis + i] as number);
      max = Math.max(max, data[axis + i] as number);
    }
    if (!(max > min)) continue;
    for (const i of seen) {
      scaled.data[axis + i] = (2 * (data[axis + i] as number) - (max + min)) / (max - min);
    }
  }
  return scaled;
}
