import { expectOptions, gotText } from '@halp/random/check';
import {
  type Clip,
  createClip,
  isLayoutName,
  type LayoutName,
  layoutNames,
  layoutOf,
} from '@halp/skeleton';
import { expectClip } from '@halp/skeleton/check';
import { type Axis, channelOf, checkAxis } from './axis.ts';

/** Which joints change places, and along which axis they are reflected. */
export interface SpatialFlipOptions {
  /** The layout that says which joints mirror each other. */
  readonly layout: LayoutName;
  /**
   * The coordinate that changes its sign: the one that points across the body, x after NTU's
   * normalisation. `'none'` exchanges the joints and leaves every coordinate as it is.
   */
  readonly axis: Axis | 'none';
}

/**
 * The clip with left and right exchanged: joint v is the old joint mirror(v), and one coordinate
 * changes its sign, so that the clip is the movement's image in a mirror.
 *
 * Source: AimCLR (Guo et al., AAAI 2022), "spatial flip".
 *
 * @remarks AimCLR's code (Levigty/AimCLR, feeder/tools.py:41-48) exchanges the joints and leaves the
 * coordinates: the person does not become mirrored, but turns inside out. That is `axis: 'none'`.
 *
 * @throws RangeError if the clip has not the joints of `layout` or no such axis.
 */
export function spatialFlip(clip: Clip, options: SpatialFlipOptions): Clip {
  expectClip('spatialFlip', clip);
  expectOptions('spatialFlip', options);
  const [C, T, V, M] = clip.shape;
  checkSpatialFlip(options, V);
  const { layout, axis } = options;
  const { mirror } = layoutOf(layout);
  const negated = axis === 'none' ? -1 : channelOf(axis, clip, 'spatialFlip');
  const from = clip.data;
  const to = new Float32Array(from.length);
  for (let row = 0; row < C * T; row++) {
    const sign = row >= negated * T && row < (negated + 1) * T ? -1 : 1;
    for (let v = 0; v < V; v++) {
      const a = (row * V + (mirror[v] as number)) * M;
      const b = (row * V + v) * M;
      // Added to 0 so that an empty joint stays 0 and does not become -0.
      for (let m = 0; m < M; m++) to[b + m] = sign * (from[a + m] as number) + 0;
    }
  }
  return createClip(clip.shape, to);
}

/** Throws a RangeError if options of {@link spatialFlip} are wrong for clips of so many joints. */
export function checkSpatialFlip({ layout, axis }: SpatialFlipOptions, joints?: number): void {
  if (!isLayoutName(layout)) {
    throw new RangeError(
      `spatialFlip: expected a layout among ${layoutNames.join(', ')}, got ${gotText(layout)}`,
    );
  }
  const expected = layoutOf(layout).joints.length;
  if (joints !== undefined && joints !== expected) {
    throw new RangeError(`spatialFlip: expected ${expected} joints (${layout}), got ${joints}`);
  }
  if (axis !== 'none') checkAxis(axis, 'spatialFlip');
}
