import type { Random } from '@halp/random';
import { expectOptions, expectRandom, gotText } from '@halp/random/check';
import { type Clip, createClip } from '@halp/skeleton';
import { expectClip } from '@halp/skeleton/check';

/** How much noise, and where. */
export interface GaussianNoiseOptions {
  /** The standard deviation, in the unit of the clip; 0.01 (metres) in AimCLR, 0.05 in AS-CAL. */
  readonly deviation: number;
  /**
   * `'seen'`, unless given, leaves a joint that is zero in every channel as it is: it was not seen, or
   * its person is not there. `'all'` adds noise to it too, as the code of both papers does.
   */
  readonly points?: 'seen' | 'all' | undefined;
}

/**
 * A clip with independent noise from N(0, deviation^2) added to each coordinate.
 *
 * Source: AS-CAL (Rao et al., 2021) and AimCLR (Guo et al., AAAI 2022), "Gaussian noise"
 * (Levigty/AimCLR, feeder/tools.py:102-109).
 *
 * @param rng - Draws C * T * V * M normals, in the order of the data, whether they are used or not.
 * @throws RangeError if an option is out of its range.
 */
export function gaussianNoise(clip: Clip, options: GaussianNoiseOptions, rng: Random): Clip {
  expectClip('gaussianNoise', clip);
  expectOptions('gaussianNoise', options);
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

/** Throws a RangeError if an option of {@link gaussianNoise} is out of its range. */
export function checkGaussianNoise({ deviation, points = 'seen' }: GaussianNoiseOptions): void {
  if (!(Number.isFinite(deviation) && deviation > 0)) {
    throw new RangeError(`gaussianNoise: expected a deviation above 0, got ${gotText(deviation)}`);
  }
  if (points !== 'seen' && points !== 'all') {
    throw new RangeError(`gaussianNoise: expected points 'seen' or 'all', got ${gotText(points)}`);
  }
}
