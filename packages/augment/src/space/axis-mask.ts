import type { Random } from '@halp/random';
import { expectOptions, expectRandom, type OptionNames } from '@halp/random/check';
import { type Clip, createClip } from '@halp/skeleton';
import { expectClip } from '@halp/skeleton/check';
import { type Axis, channelOf, checkAxis } from './axis.ts';
import { requireThreeChannels } from './matrix.ts';

/** The axis to mask. */
export interface AxisMaskOptions {
  /** The axis. Default: drawn from x, y, z for each clip. */
  readonly axis?: Axis | undefined;
}

const optionNames: OptionNames<AxisMaskOptions> = {
  axis: true,
};

/**
 * A clip with one coordinate set to zero, which projects the movement onto a plane.
 *
 * Source: AS-CAL (Rao et al., 2021), where it is called "channel mask", and AimCLR (Guo et al.,
 * AAAI 2022), "axis mask" (Levigty/AimCLR, feeder/tools.py:144-166).
 *
 * @param rng - Draws one integer if no axis is given, otherwise nothing.
 * @throws RangeError if the clip lacks the axis, or does not have 3 channels when an axis is drawn.
 */
export function axisMask(clip: Clip, options: AxisMaskOptions, rng: Random): Clip {
  expectClip('axisMask', clip);
  const { axis } = expectOptions('axisMask', options, optionNames);
  expectRandom('axisMask', rng);
  if (axis === undefined) requireThreeChannels(clip, 'axisMask');
  const channel = axis === undefined ? rng.integer(3) : channelOf(axis, clip, 'axisMask');
  const plane = clip.data.length / clip.shape[0];
  const to = clip.data.slice().fill(0, channel * plane, (channel + 1) * plane);
  return createClip(clip.shape, to);
}

/** @throws RangeError if an option of {@link axisMask} is out of range. */
export function checkAxisMask({ axis }: AxisMaskOptions): void {
  if (axis !== undefined) checkAxis(axis, 'axisMask');
}
