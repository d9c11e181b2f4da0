import type { Random } from '@halp/random';
import {
  expectOptions,
  expectPositiveIntegers,
  expectRandom,
  gotText,
  type OptionNames,
} from '@halp/random/check';
import { type Clip, createClip } from '@halp/skeleton';
import { expectClip } from '@halp/skeleton/check';

/** The padding of a clip before it is cropped. */
export interface TemporalCropOptions {
  /**
   * At each end floor(T / paddingRatio) frames are added. An integer of at least 1; 6 in AimCLR and SkeletonCLR.
   */
  readonly paddingRatio: number;
}

const optionNames: OptionNames<TemporalCropOptions> = {
  paddingRatio: true,
};

/**
 * A crop of T frames from the clip padded at both ends with its reflection: of P + T + P frames, P = floor(T / paddingRatio),
 * T frames from a start drawn uniformly from {0, ..., 2 P}. The reflection repeats the outermost frame: frame -1 is frame 0,
 * frame T is frame T - 1.
 *
 * Source: SkeletonCLR (Li et al., CVPR 2021) and AimCLR (Guo et al., AAAI 2022), "crop"
 * (Levigty/AimCLR, feeder/tools.py:29-38).
 *
 * @param rng - Draws one integer, the start.
 * @throws RangeError if `paddingRatio` is not an integer of at least 1.
 */
export function temporalCrop(clip: Clip, options: TemporalCropOptions, rng: Random): Clip {
  expectClip('temporalCrop', clip);
  expectOptions('temporalCrop', options, optionNames);
  expectRandom('temporalCrop', rng);
  checkTemporalCrop(options);
  const padding = Math.floor(clip.shape[1] / options.paddingRatio);
  return shiftTime(clip, rng.integer(2 * padding + 1) - padding);
}

/**
 * The clip shifted by `shift` frames, with reflection at its ends: frame t is the original frame t + shift, where frame -1 - i
 * is frame i, and frame T + i is frame T - 1 - i.
 *
 * @throws RangeError if `shift` is not an integer in [-T, T].
 */
export function shiftTime(clip: Clip, shift: number): Clip {
  expectClip('shiftTime', clip);
  const [C, T, V, M] = clip.shape;
  if (!Number.isInteger(shift) || Math.abs(shift) > T) {
    throw new RangeError(`shiftTime: expected a shift in [-${T}, ${T}], got ${gotText(shift)}`);
  }
  const frame = V * M;
  const to = new Float32Array(clip.data.length);
  for (let t = 0; t < T; t++) {
    const at = t + shift;
    const source = at < 0 ? -1 - at : at >= T ? 2 * T - 1 - at : at;
    for (let c = 0; c < C; c++) {
      const from = (c * T + source) * frame;
      to.set(clip.data.subarray(from, from + frame), (c * T + t) * frame);
    }
  }
  return createClip(clip.shape, to);
}

/** @throws RangeError if an option of {@link temporalCrop} is out of range. */
export function checkTemporalCrop({ paddingRatio }: TemporalCropOptions): void {
  expectPositiveIntegers('temporalCrop', { paddingRatio });
}
