import { expectOptions, type OptionNames } from '@halp/random/check';
import { type Clip, createClip, type Layout, type LayoutName, layoutOf } from '@halp/skeleton';
import { expectClip } from '@halp/skeleton/check';
import { type Axis, channelOf, checkAxis } from './axis.ts';
import { expectStepLayout } from './step-layout.ts';

/** The joints to exchange, and the axis of reflection. */
export interface SpatialFlipOptions {
  /** The layout, which defines the pairs of left and right joints. */
  readonly layout: LayoutName | Layout;
  /**
   * The coordinate to negate: the one that points across the body, x after NTU's normalisation. `'none'` exchanges joints
   * without negating a coordinate.
   */
  readonly axis: Axis | 'none';
}

const optionNames: OptionNames<SpatialFlipOptions> = {
  layout: true,
  axis: true,
};

/**
 * The mirror image of a clip: joint v is the original joint mirror(v), and one coordinate is negated.
 *
 * Source: AimCLR (Guo et al., AAAI 2022), "spatial flip".
 *
 * @remarks AimCLR's code (Levigty/AimCLR, feeder/tools.py:41-48) exchanges the joints without negating a coordinate, which is
 * no mirror image: the left arm is where the right arm was. `axis: 'none'` reproduces this.
 *
 * @throws RangeError if the clip does not have the joints of `layout`, or lacks the axis.
 */
export function spatialFlip(clip: Clip, options: SpatialFlipOptions): Clip {
  expectClip('spatialFlip', clip);
  expectOptions('spatialFlip', options, optionNames);
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
      // Adding 0 turns -0 into 0, so that an empty joint stays 0.
      for (let m = 0; m < M; m++) to[b + m] = sign * (from[a + m] as number) + 0;
    }
  }
  return createClip(clip.shape, to);
}

/** @throws RangeError if options of {@link spatialFlip} are invalid for clips with `joints` joints. */
export function checkSpatialFlip({ layout, axis }: SpatialFlipOptions, joints?: number): void {
  const { name, joints: own } = expectStepLayout('spatialFlip', layout);
  const expected = own.length;
  if (joints !== undefined && joints !== expected) {
    throw new RangeError(`spatialFlip: expected ${expected} joints (${name}), got ${joints}`);
  }
  if (axis !== 'none') checkAxis(axis, 'spatialFlip');
}
