import { expectOptions, expectPositiveIntegers, type OptionNames } from '@halp/random/check';
import { type Clip, createClip, type Layout, type LayoutName } from '@halp/skeleton';
import { expectLayout } from '@halp/skeleton/check';
import { subtractCenter } from './center.ts';
import { fillEmptyFrames } from './fill.ts';
import { requireJoints } from './require-joints.ts';
import { rotationBetween, type Vector } from './rotation.ts';

/** Options of {@link normaliseClip}. */
export interface NormaliseOptions {
  /**
   * The number of frames to which the clip is extended while empty frames are filled, see {@link fillEmptyFrames}.
   * Default: the frames stay as they are.
   */
  readonly fillTo?: number | undefined;
}

const optionNames: OptionNames<NormaliseOptions> = {
  fillTo: true,
};

/**
 * The clip centred on the spine in every frame, upright and facing the camera.
 *
 * 1. with `fillTo`: empty frames are filled, see {@link fillEmptyFrames};
 * 2. in each frame person 0's `layout.center` is subtracted from every joint that is not zero;
 * 3. the clip is rotated so that in person 0's first frame `layout.spine` points along z;
 * 4. then so that in that frame the line from the left to the right shoulder points along x.
 *
 * A joint, frame or person that is zero stays zero, and so does a clip without any skeleton. A rotation is skipped where
 * the spine or the shoulder line has no length, already points along the axis, or points exactly against it. Results are
 * rounded to float32 after each step.
 *
 * Source: the authors' data_gen/preprocess.py, with the same roundings, bit for bit on the golden cases.
 *
 * @throws RangeError if the clip has other joints than `layout`, not 3 channels, or more than `fillTo` frames.
 */
export function normaliseClip(
  clip: Clip,
  skeleton: Layout | LayoutName,
  options: NormaliseOptions = {},
): Clip {
  const layout = expectLayout('normaliseClip', skeleton);
  const { fillTo } = expectOptions('normaliseClip', options, optionNames);
  if (fillTo !== undefined) expectPositiveIntegers('normaliseClip', { fillTo });
  requireJoints('normaliseClip', clip, layout);
  const filled =
    fillTo === undefined
      ? createClip(clip.shape, clip.data.slice())
      : fillEmptyFrames(clip, fillTo);
  subtractCenter(filled, layout.center);
  const [hip, spine] = layout.spine;
  rotateOnto(filled, hip, spine, [0, 0, 1]);
  const [left, right] = layout.shoulders;
  rotateOnto(filled, left, right, [1, 0, 0]);
  return filled;
}

/** Rotates every joint by the rotation that turns `to - from` of person 0's first frame onto `axis`. */
function rotateOnto(clip: Clip, from: number, to: number, axis: Vector): void {
  const { data } = clip;
  const [, T, V, M] = clip.shape;
  const channel = T * V * M;
  const [y, z] = [channel, 2 * channel];
  const difference = [0, 1, 2].map((c) =>
    Math.fround((data[c * channel + to * M] as number) - (data[c * channel + from * M] as number)),
  ) as unknown as Vector;
  const rotation = rotationBetween(difference, axis);
  if (rotation === undefined) return;
  const [[xx, xy, xz], [yx, yy, yz], [zx, zy, zz]] = rotation;
  for (let i = 0; i < channel; i++) {
    const a = data[i] as number;
    const b = data[i + y] as number;
    const c = data[i + z] as number;
    if (a === 0 && b === 0 && c === 0) continue;
    data[i] = xx * a + xy * b + xz * c;
    data[i + y] = yx * a + yy * b + yz * c;
    data[i + z] = zx * a + zy * b + zz * c;
  }
}
