import type { Random } from '@halp/random';
import { expectOptions, expectRandom, gotText, type OptionNames } from '@halp/random/check';
import { type Clip, createClip } from '@halp/skeleton';
import { expectClip } from '@halp/skeleton/check';

/** The amount of noise, and the joints to which it is added. */
export interface GaussianNoiseOptions {
  /** The standard deviation, in the unit of the clip; 0.01 (metres) in AimCLR, 0.05 in AS-CAL. */
  readonly deviation: number;
  /**
   * `'seen'` skips joints that are zero in every channel, because they were not detected or their person is missing. `'all'`
   * adds noise to them, too, as in the code of both papers. Default: 'seen'.
   */
  readonly points?: 'seen' | 'all' | undefined;
}

const optionNames: OptionNames<GaussianNoiseOptions> = {
  deviation: true,
  points: true,
};

/**
 * A clip with independent noise from N(0, deviation^2) added to each coordinate.
 *
 * Source: AS-CAL (Rao et al., 2021) and AimCLR (Guo et al., AAAI 2022), "Gaussian noise"
 * (Levigty/AimCLR, feeder/tools.py:102-109).
 *
 * @param rng - Draws C * T * V * M normals in the order of the data, also for skipped joints.
 * @throws RangeError if an option is out of range.
 */
export function gaussianNoise(clip: Clip, options: GaussianNoiseOptions, rng: Random): Clip {
  expectClip('gaussianNoise', clip);
  expectOptions('gaussianNoise', options, optionNames);
  expectRandom('gaussianNoise', rng);
  checkGaussianNoise(options);
  const { deviation, points = 'seen' } = options;
  const [C] = clip.shape;
  const from = clip.data;
  const plane = from.length / C;
  const to = new Float32Array(from.length);
  for (let i = 0; i < from.length; i++) {
    to[i] = (from[i] as number) + deviation * rng.normal();
  }
  if (points === 'seen') {
    for (let i = 0; i < plane; i++) {
      let seen = false;
      for (let at = i; at < from.length; at += plane) seen ||= from[at] !== 0;
      if (!seen) for (let at = i; at < from.length; at += plane) to[at] = 0;
    }
  }
  return createClip(clip.shape, to);
}

/** @throws RangeError if an option of {@link gaussianNoise} is out of range. */
export function checkGaussianNoise({ deviation, points = 'seen' }: GaussianNoiseOptions): void {
  if (!(Number.isFinite(deviation) && deviation > 0)) {
    throw new RangeError(`gaussianNoise: expected a deviation above 0, got ${gotText(deviation)}`);
  }
  if (points !== 'seen' && points !== 'all') {
    throw new RangeError(`gaussianNoise: expected points 'seen' or 'all', got ${gotText(points)}`);
  }
}
