import type { Random } from '@halp/random';
import {
  expectNumber,
  expectOptions,
  expectPositiveIntegers,
  expectRandom,
  gotText,
  type OptionNames,
} from '@halp/random/check';
import type { Clip } from '@halp/skeleton';
import { expectClip } from '@halp/skeleton/check';
import { resizeTime } from './resize-time.ts';

/** The length of a random crop, and the number of frames of the result. */
export interface CropResizeOptions {
  /** The number of frames of the result. */
  readonly size: number;
  /** The shortest and longest crop as fractions of the clip, 0 < low <= high <= 1. */
  readonly ratio: readonly [low: number, high: number];
  /** The minimum length of a crop in frames; a shorter clip is used completely. */
  readonly minimum: number;
  /** The number of leading frames to use. Default: 300, the length of the authors' arrays. */
  readonly longest?: number | undefined;
}

/** Length of the authors' arrays, in frames. */
const LONGEST = 300;

/** The part of the clip to keep, and the number of frames of the result. */
export interface CentreCropOptions {
  /** The number of frames of the result. */
  readonly size: number;
  /** The fraction of the clip to keep, in (0, 1]. Default: 0.95. */
  readonly ratio?: number | undefined;
  /** The number of leading frames to use. Default: 300, the length of the authors' arrays. */
  readonly longest?: number | undefined;
}

const cropResizeNames: OptionNames<CropResizeOptions> = {
  size: true,
  ratio: true,
  minimum: true,
  longest: true,
};

/**
 * A random stretch of a clip, resized to `size` frames: `[C, size, V, M]`.
 *
 * With n = min(T, longest), the length is L = clamp(floor(n * U[low, high]), minimum, n), and the start is drawn uniformly from
 * {0, ..., n - L} (HaLP, following CMD). A clip shorter than `minimum` is used completely.
 *
 * @param rng - Draws one uniform for the length, then one integer for the start.
 * @throws RangeError if an option is out of range.
 */
export function cropResize(clip: Clip, options: CropResizeOptions, rng: Random): Clip {
  expectClip('cropResize', clip);
  expectOptions('cropResize', options, cropResizeNames);
  expectRandom('cropResize', rng);
  checkCropResize(options);
  const { size, ratio, minimum, longest = LONGEST } = options;
  const [low, high] = ratio;
  const frames = Math.min(clip.shape[1], longest);
  const length = cropLength(frames, low + rng.uniform() * (high - low), minimum);
  return resizeTime(clip, { start: rng.integer(frames - length + 1), length, size });
}

/** clamp(floor(frames * ratio), minimum, frames); the clip's length takes precedence over the minimum. */
export function cropLength(frames: number, ratio: number, minimum: number): number {
  expectPositiveIntegers('cropLength', { frames, minimum });
  expectNumber('cropLength', 'ratio', ratio);
  return Math.min(Math.max(Math.floor(frames * ratio), minimum), frames);
}

const centreCropNames: OptionNames<CentreCropOptions> = {
  size: true,
  ratio: true,
  longest: true,
};

/**
 * The middle of a clip, resized to `size` frames: `[C, size, V, M]`.
 *
 * Of the first n = min(T, longest) frames, floor((1 - ratio) * n / 2) are removed at either end. Draws no random numbers.
 *
 * @throws RangeError if an option is out of range.
 */
export function centreCrop(clip: Clip, options: CentreCropOptions): Clip {
  expectClip('centreCrop', clip);
  expectOptions('centreCrop', options, centreCropNames);
  checkCentreCrop(options);
  const { size, ratio = 0.95, longest = LONGEST } = options;
  const frames = Math.min(clip.shape[1], longest);
  const start = Math.floor(((1 - ratio) * frames) / 2);
  return resizeTime(clip, { start, length: frames - 2 * start, size });
}

/** @throws RangeError if an option of {@link cropResize} is out of range. */
export function checkCropResize({
  size,
  ratio,
  minimum,
  longest = LONGEST,
}: CropResizeOptions): void {
  const [low, high] = isPair(ratio) ? ratio : [NaN, NaN];
  const numbers = Number.isFinite(low) && Number.isFinite(high);
  if (!(numbers && low > 0 && low <= high && high <= 1)) {
    throw new RangeError(
      `cropResize: expected a ratio with 0 < low <= high <= 1, got ${isPair(ratio) ? `[${low}, ${high}]` : gotText(ratio)}`,
    );
  }
  expectPositiveIntegers('cropResize', { size, minimum, longest });
}

/** @throws RangeError if an option of {@link centreCrop} is out of range. */
export function checkCentreCrop({ size, ratio, longest = LONGEST }: CentreCropOptions): void {
  if (ratio !== undefined && !(Number.isFinite(ratio) && ratio > 0 && ratio <= 1)) {
    throw new RangeError(`centreCrop: expected a ratio in (0, 1], got ${gotText(ratio)}`);
  }
  expectPositiveIntegers('centreCrop', { size, longest });
}

// Not a type guard: the declared type is a pair, but plain JavaScript may pass anything.
function isPair(ratio: unknown): boolean {
  return Array.isArray(ratio) && ratio.length === 2;
}
