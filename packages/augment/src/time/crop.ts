import type { Random } from '@halp/random';
import {
  expectNumber,
  expectOptions,
  expectPositiveIntegers,
  expectRandom,
  gotText,
} from '@halp/random/check';
import type { Clip } from '@halp/skeleton';
import { expectClip } from '@halp/skeleton/check';
import { resizeTime } from './resize-time.ts';

/** How long a random crop is, and how many frames come out. */
export interface CropResizeOptions {
  /** The number of frames of the result. */
  readonly size: number;
  /** The shortest and longest crop as fractions of the clip, 0 < low <= high <= 1. */
  readonly ratio: readonly [low: number, high: number];
  /** No crop is shorter than this many frames, unless the clip itself is. */
  readonly minimum: number;
  /** Frames after these are not used; 300 unless given, the length of the authors' arrays. */
  readonly longest?: number | undefined;
}

/** How much is cut off at the ends, and how many frames come out. */
export interface CentreCropOptions {
  /** The number of frames of the result. */
  readonly size: number;
  /** The fraction of the clip that is kept, in (0, 1]; 0.95 unless given. */
  readonly ratio?: number | undefined;
  /** Frames after these are not used; 300 unless given, the length of the authors' arrays. */
  readonly longest?: number | undefined;
}

/**
 * A random stretch of a clip, resized to `size` frames: `[C, size, V, M]`.
 *
 * Of the first n = min(T, longest) frames, length L = clamp(floor(n * U[low, high]), minimum, n) from
 * a start drawn uniformly from {0, ..., n - L} (HaLP, following CMD). A clip shorter
 * than `minimum` is used whole.
 *
 * @param rng - Draws one uniform for the length, then one integer for the start.
 * @throws RangeError if an option is out of its range.
 */
export function cropResize(clip: Clip, options: CropResizeOptions, rng: Random): Clip {
  expectClip('cropResize', clip);
  expectOptions('cropResize', options);
  expectRandom('cropResize', rng);
  checkCropResize(options);
  const { size, ratio, minimum, longest = 300 } = options;
  const [low, high] = ratio;
  const frames = Math.min(clip.shape[1], longest);
  const length = cropLength(frames, low + rng.uniform() * (high - low), minimum);
  return resizeTime(clip, { start: rng.integer(frames - length + 1), length, size });
}

/** clamp(floor(frames * ratio), minimum, frames); the clip's own length wins over the minimum. */
export function cropLength(frames: number, ratio: number, minimum: number): number {
  expectPositiveIntegers('cropLength', { frames, minimum });
  expectNumber('cropLength', 'ratio', ratio);
  return Math.min(Math.max(Math.floor(frames * ratio), minimum), frames);
}

/**
 * The middle of a clip, resized to `size` frames: `[C, size, V, M]`.
 *
 * Of the first n = min(T, longest) frames, floor((1 - ratio) * n / 2) are left out at either end.
 * Takes no random numbers: the view of evaluation.
 *
 * @throws RangeError if an option is out of its range.
 */
export function centreCrop(clip: Clip, options: CentreCropOptions): Clip {
  expectClip('centreCrop', clip);
  expectOptions('centreCrop', options);
  checkCentreCrop(options);
  const { size, ratio = 0.95, longest = 300 } = options;
  const frames = Math.min(clip.shape[1], longest);
  const start = Math.floor(((1 - ratio) * frames) / 2);
  return resizeTime(clip, { start, length: frames - 2 * start, size });
}

/** Throws a RangeError if an option of {@link cropResize} is out of its range. */
export function checkCropResize({ size, ratio, minimum, longest }: CropResizeOptions): void {
  const [low, high] = isPair(ratio) ? ratio : [NaN, NaN];
  const numbers = Number.isFinite(low) && Number.isFinite(high);
  if (!(numbers && low > 0 && low <= high && high <= 1)) {
    throw new RangeError(
      `cropResize: expected a ratio with 0 < low <= high <= 1, got ${isPair(ratio) ? `[${low}, ${high}]` : gotText(ratio)}`,
    );
  }
  checkFrames({ size, minimum, longest }, 'cropResize');
}

/** Throws a RangeError if an option of {@link centreCrop} is out of its range. */
export function checkCentreCrop({ size, ratio, longest }: CentreCropOptions): void {
  if (ratio !== undefined && !(Number.isFinite(ratio) && ratio > 0 && ratio <= 1)) {
    throw new RangeError(`centreCrop: expected a ratio in (0, 1], got ${gotText(ratio)}`);
  }
  checkFrames({ size, longest }, 'centreCrop');
}

// Not a type guard: the types promise a pair, and plain JavaScript may break the promise.
function isPair(ratio: unknown): boolean {
  return Array.isArray(ratio) && ratio.length === 2;
}

function checkFrames(counts: Record<string, number | undefined>, name: string): void {
  for (const [key, count] of Object.entries(counts)) {
    if (key === 'longest' && count === undefined) continue;
    if (!Number.isInteger(count) || (count as number) < 1) {
      throw new RangeError(
        `${name}: expected ${key} to be at least 1 frame, got ${gotText(count)}`,
      );
    }
  }
}
