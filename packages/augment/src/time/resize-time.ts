import {
  expectOptions,
  expectPositiveIntegers,
  gotText,
  type OptionNames,
} from '@halp/random/check';
import { type Clip, createClip } from '@halp/skeleton';
import { expectClip } from '@halp/skeleton/check';

/** The frames to resample, and the number of resulting frames. */
export interface ResizeOptions {
  /** The first frame to use, in [0, T - length]. */
  readonly start: number;
  /** The number of frames to use, at least 1. */
  readonly length: number;
  /** The number of frames of the result, at least 1. */
  readonly size: number;
}

const optionNames: OptionNames<ResizeOptions> = {
  start: true,
  length: true,
  size: true,
};

/**
 * The frames `start` to `start + length - 1` of a clip, resampled to `size` frames: `[C, size, V, M]`.
 *
 * Linear along time without antialiasing: frame i reads at src = (i + 0.5) * length / size - 0.5,
 * clamped to [0, length - 1], and is (1 - w) * x[floor(src)] + w * x[floor(src) + 1] with
 * w = src - floor(src). A crop of one frame is repeated.
 *
 * Agrees bit for bit with PyTorch's `interpolate(mode='bilinear', align_corners=False)` on the
 * golden cases: weights are float32, and each product-sum rounds as a fused multiply-add does.
 *
 * @throws RangeError if the frames exceed the clip, or a count is not a positive integer.
 */
export function resizeTime(clip: Clip, options: ResizeOptions): Clip {
  expectClip('resizeTime', clip);
  const { start, length, size } = expectOptions('resizeTime', options, optionNames);
  const [C, T, V, M] = clip.shape;
  expectPositiveIntegers('resizeTime', { size });
  const whole = Number.isInteger(start) && Number.isInteger(length);
  if (!whole || start < 0 || length < 1 || start + length > T) {
    throw new RangeError(
      `resizeTime: expected a range of the ${T} frames of the clip, got ${gotText(length)} from ${gotText(start)}`,
    );
  }
  const out = createClip([C, size, V, M]);
  const frameSize = V * M;
  if (length === size) {
    for (let c = 0; c < C; c++) {
      const first = (c * T + start) * frameSize;
      out.data.set(clip.data.subarray(first, first + size * frameSize), c * size * frameSize);
    }
    return out;
  }
  const scale = Math.fround(length / size);
  for (let i = 0; i < size; i++) {
    const source = Math.max(0, Math.fround(Math.fround(scale * (i + 0.5)) - 0.5));
    const frame = Math.min(Math.floor(source), length - 1);
    const next = Math.min(frame + 1, length - 1);
    const weight = Math.fround(source - frame);
    for (let c = 0; c < C; c++) {
      const first = c * T + start;
      const a = (first + frame) * frameSize;
      const b = (first + next) * frameSize;
      mixRow(out.data, (c * size + i) * frameSize, clip.data, a, b, weight, frameSize);
    }
  }
  return out;
}

/** Writes (1 - weight) * from[a...] + weight * from[b...] to out[to...]; weight 0 copies. */
function mixRow(
  out: Float32Array,
  to: number,
  from: Float32Array,
  a: number,
  b: number,
  weight: number,
  points: number,
): void {
  if (weight === 0) {
    for (let p = 0; p < points; p++) out[to + p] = from[a + p] as number;
    return;
  }
  const rest = Math.fround(1 - weight);
  for (let p = 0; p < points; p++) {
    // The sum is exact in float64, so it is rounded only once when it is stored.
    out[to + p] = rest * (from[a + p] as number) + Math.fround(weight * (from[b + p] as number));
  }
}
