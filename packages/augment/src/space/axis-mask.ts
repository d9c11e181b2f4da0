import type { Random } from '@halp/random';
import { expectOptions, expectRandom } from '@halp/random/check';
import { type Clip, createClip } from '@halp/skeleton';
import { expectClip } from '@halp/skeleton/check';
import { type Axis, channelOf, checkAxis } from './axis.ts';
import { requireThreeChannels } from './matrix.ts';

/** Which axis is dropped. */
export interface AxisMaskOptions {
  /** The axis; unless given, each clip draws one of three. */
  readonly axis?: Axis | undefined;
}

/**
 * A clip in which one coordinate is zero everywhere: the movement, projected onto a plane.
 *
 * Source: AS-CAL (Rao et al., 2021), where it is called "channel mask", and AimCLR (Guo et al.,
 * AAAI 2022), "axis mask" (Levigty/AimCLR, feeder/tools.py:144-166).
 *
 * @param rng - Draws one integer where no axis is given, else nothing.
 * @throws RangeError if the clip has no such axis, or other than 3 channels where one is drawn.
 */
export function axisMask(clip: Clip, options: AxisMaskOptions, rng: Random): Clip {
  expectClip('axisMask', clip);
  const { axis } = expectOptions('axisMask', options);
  expectRandom('axisMask', rng);
  if (axis === undefined) requireThreeChannels(clip, 'axisMask');
  const channel = axis === undefined ? rng.integer(3) : channelOf(axis, clip, 'axisMask');
  const plane = clip.data.length / clip.shape[0];
  const to = clip.data.slice().fill(0, channel * plane, (channel + 1) * plane);
  return createClip(clip.shape, to);
}

/** Throws a RangeError if an option of {@link axisMask} is out of its range. */
export function checkAxisMask({ axis }: AxisMaskOptions): void {
  if (axis !== undefined) checkAxis(axis, 'axisMask');
}
