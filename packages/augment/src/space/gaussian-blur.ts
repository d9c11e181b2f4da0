import type { Random } from '@halp/random';
import {
  expectInteger,
  expectNumber,
  expectOptions,
  expectPositiveIntegers,
  expectRandom,
  gotText,
  type OptionNames,
} from '@halp/random/check';
import { type Clip, createClip } from '@halp/skeleton';
import { expectClip } from '@halp/skeleton/check';
import { checkRange, drawFrom, type Range } from '../range.ts';

/** The width and the weights of a blur. */
export interface GaussianBlurOptions {
  /** The range of the width of the blur in frames, above 0; 0.1 to 2 in AimCLR. */
  readonly sigma: Range;
  /** The number of frames before and after each frame that contribute, at least 1. Default: 7. */
  readonly radius?: number | undefined;
  /**
   * `'normalised'` divides by the sum of the weights of the frames inside the clip. `'raw'` does not divide, as in the code
   * of the papers, see {@link gaussianBlur}. Default: 'normalised'.
   */
  readonly weights?: 'normalised' | 'raw' | undefined;
}

const optionNames: OptionNames<GaussianBlurOptions> = {
  sigma: true,
  radius: true,
  weights: true,
};

/**
 * A clip blurred along time by a Gaussian of random width: frame t is the sum over k in
 * [-radius, radius] of w_k * x[t + k], w_k = exp(-k^2 / (2 sigma^2)), of the frames inside the clip,
 * divided by the sum of their w_k.
 *
 * Source: AS-CAL (Rao et al., 2021) and AimCLR (Guo et al., AAAI 2022), "Gaussian blur".
 *
 * @remarks Both code bases do not divide by the sum (Levigty/AimCLR, feeder/tools.py:127-139; LZU-SIAT/AS-CAL,
 * feeders/tools.py, GaussianBlurConv), so that a constant clip is scaled by up to 5 at sigma 2, and by less near its ends.
 * `weights: 'raw'` reproduces this.
 *
 * @param rng - Draws one uniform, for sigma.
 * @throws RangeError if an option is out of range.
 */
export function gaussianBlur(clip: Clip, options: GaussianBlurOptions, rng: Random): Clip {
  expectClip('gaussianBlur', clip);
  expectOptions('gaussianBlur', options, optionNames);
  expectRandom('gaussianBlur', rng);
  checkGaussianBlur(options);
  const { sigma, radius = 7, weights = 'normalised' } = options;
  return blurTime(clip, gaussianKernel(drawFrom(sigma, rng), radius), weights);
}

/** The weights exp(-k^2 / (2 sigma^2)) for k from 0 to `radius`. */
export function gaussianKernel(sigma: number, radius: number): Float64Array {
  expectNumber('gaussianKernel', 'sigma', sigma);
  expectInteger('gaussianKernel', 'radius', radius, 0);
  return Float64Array.from({ length: radius + 1 }, (_, k) =>
    Math.exp(-(k ** 2) / (2 * sigma ** 2)),
  );
}

/**
 * The clip in which frame t is the sum of kernel[|k|] * x[t + k] over the frames inside the clip,
 * divided, if `'normalised'`, by the sum of the weights used. Sums in float64, rounded once.
 */
export function blurTime(clip: Clip, kernel: Float64Array, weights: 'normalised' | 'raw'): Clip {
  expectClip('blurTime', clip);
  if (!(kernel instanceof Float64Array) || kernel.length === 0) {
    throw new TypeError(
      `blurTime: expected a kernel of weights as a Float64Array, got ${gotText(kernel)}; see gaussianKernel`,
    );
  }
  checkWeights('blurTime', weights);
  const [C, T, V, M] = clip.shape;
  const radius = kernel.length - 1;
  const frame = V * M;
  const to = new Float32Array(clip.data.length);
  const sums = new Float64Array(frame);
  for (let t = 0; t < T; t++) {
    const first = Math.max(0, t - radius);
    const last = Math.min(T - 1, t + radius);
    let total = 0;
    for (let s = first; s <= last; s++) total += kernel[Math.abs(s - t)] as number;
    const scale = weights === 'normalised' ? 1 / total : 1;
    for (let c = 0; c < C; c++) {
      sums.fill(0);
      for (let s = first; s <= last; s++) {
        const weight = scale * (kernel[Math.abs(s - t)] as number);
        addScaled(sums, clip.data, (c * T + s) * frame, weight);
      }
      to.set(sums, (c * T + t) * frame);
    }
  }
  return createClip(clip.shape, to);
}

function addScaled(sums: Float64Array, from: Float32Array, start: number, weight: number): void {
  for (let p = 0; p < sums.length; p++) {
    sums[p] = (sums[p] as number) + weight * (from[start + p] as number);
  }
}

/** @throws RangeError if an option of {@link gaussianBlur} is out of range. */
export function checkGaussianBlur(options: GaussianBlurOptions): void {
  const { sigma, radius = 7, weights = 'normalised' } = options;
  checkRange(sigma, 'gaussianBlur', 'sigma', 0);
  expectPositiveIntegers('gaussianBlur', { radius });
  checkWeights('gaussianBlur', weights);
}

function checkWeights(caller: string, weights: 'normalised' | 'raw'): void {
  if (weights !== 'normalised' && weights !== 'raw') {
    throw new RangeError(
      `${caller}: expected weights 'normalised' or 'raw', got ${gotText(weights)}`,
    );
  }
}
