import { createRandom } from '@halp/random';
import { type Clip, type ClipShape, createClip } from '@halp/skeleton';
import type { GoldenCase } from '@halp/testing';

/** A clip of standard normal coordinates, none of them zero. */
export function noiseClip(shape: ClipShape, seed: number = 0): Clip {
  const rng = createRandom(seed);
  const clip = createClip(shape);
  return createClip(
    shape,
    clip.data.map(() => rng.normal() || 1),
  );
}

/** A clip in which frame t has t in every coordinate. */
export function countingClip(frames: number): Clip {
  const clip = createClip([3, frames, 2, 1]);
  return createClip(
    clip.shape,
    clip.data.map((_, i) => Math.floor(i / 2) % frames),
  );
}

/** The coordinate at (c, t, v, m). */
export function at({ data, shape }: Clip, c: number, t: number, v: number, m: number): number {
  const [, T, V, M] = shape;
  return data[((c * T + t) * V + v) * M + m] as number;
}

/** A clip from an array of a golden case. */
export function clipOf(array: GoldenCase['arrays'][string] | undefined): Clip {
  if (array === undefined) throw new Error('the case has no such array');
  return createClip(
    array.shape as unknown as ClipShape,
    Float32Array.from(array.data as Float32Array),
  );
}
