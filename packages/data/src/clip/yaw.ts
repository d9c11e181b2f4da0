import type { Clip, Layout, LayoutName } from '@halp/skeleton';
import { expectLayout } from '@halp/skeleton/check';
import { centerClip } from './center.ts';
import { requireJoints } from './require-joints.ts';

/** A sum of shoulder vectors below this fraction of their lengths is rounding error. */
const EPSILON = 1e-5;

/**
 * The clip centred by `centerClip` and rotated about the vertical axis so that person 0 faces the camera.
 *
 * Let d(t) = right minus left shoulder of person 0, and (sx, sz) = Σ (dx(t), dz(t)) over the frames with both shoulders,
 * h = √(sx² + sz²). Then, for every joint of every frame and person,
 *
 * x' = fround((sx x + sz z) / h), y' = y, z' = fround((sx z - sz x) / h), in float64 until stored,
 *
 * so that Σ dx' = h and Σ dz' = 0: on average the shoulder line runs along x. The vertical axis is y, as recorded: a
 * person that leans or lies still does so. The whole clip is rotated by the same angle, so turns during the clip are kept.
 *
 * A joint at (0, 0, 0) was not detected and stays zero. Where h ≤ 1e-5 Σ |d(t)| (no frame with both shoulders, one
 * shoulder above the other, or directions that cancel) the clip is only centred. Up to rounding (1e-6 of the person's
 * size, divided by h / Σ |d(t)|) the result is invariant to rotating the recording about y and to translating it, and
 * idempotent.
 *
 * @remarks Uses the sum over all frames, while `normaliseClip` uses the first frame, where the sensor may have guessed a
 * hidden shoulder. 1-NN on whole clips resampled to 32 frames gives 67.0 % with the sum and 62.5 % with the first frame on
 * NW-UCLA, 82.1 % and 82.3 % on UTD-MHAD.
 * @param clip - `[3, T, V, M]`, y upwards, in any unit; not changed.
 * @returns A new clip of the same shape and unit, y upwards, x from the left to the right shoulder.
 * @throws RangeError if the clip has other joints than `layout`, or not 3 channels.
 */
export function yawClip(clip: Clip, skeleton: Layout | LayoutName): Clip {
  const layout = expectLayout('yawClip', skeleton);
  requireJoints('yawClip', clip, layout);
  const centered = centerClip(clip, layout);
  const facing = facingOf(centered, layout);
  if (facing === undefined) return centered;
  const [cos, sin] = facing;
  const { data } = centered;
  const z = 2 * (data.length / 3);
  for (let i = 0; i < data.length / 3; i++) {
    const a = data[i] as number;
    const c = data[i + z] as number;
    // The zero of an empty joint would become -0.
    if (a === 0 && c === 0) continue;
    data[i] = cos * a + sin * c;
    data[i + z] = cos * c - sin * a;
  }
  return centered;
}

/** (sx, sz) / h; undefined if h is too small. */
function facingOf(
  { data, shape }: Clip,
  { shoulders: [left, right] }: Layout,
): readonly [cos: number, sin: number] | undefined {
  const [, T, V, M] = shape;
  const at = (t: number, v: number): readonly number[] =>
    [0, 1, 2].map((c) => data[((c * T + t) * V + v) * M] as number);
  let [sx, sz, lengths] = [0, 0, 0];
  for (let t = 0; t < T; t++) {
    const [from, to] = [at(t, left), at(t, right)];
    if (from.every((x) => x === 0) || to.every((x) => x === 0)) continue;
    const [dx, dy, dz] = to.map((x, c) => x - (from[c] as number)) as [number, number, number];
    sx += dx;
    sz += dz;
    lengths += Math.hypot(dx, dy, dz);
  }
  const h = Math.hypot(sx, sz);
  return h > EPSILON * lengths ? [sx / h, sz / h] : undefined;
}
