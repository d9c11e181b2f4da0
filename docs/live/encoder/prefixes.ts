import { type Clip, createClip } from '@halp/skeleton';

/** Number of steps in which a clip is shown. */
export const steps = 20;

/** The number of frames shown after each step; all frames after the last. */
export function framesSeen({ shape: [, T] }: Pick<Clip, 'shape'>): readonly number[] {
  return Array.from({ length: steps }, (_, i) => Math.ceil(((i + 1) * T) / steps));
}

/** The first frames of a clip. */
export function firstFrames(clip: Clip, frames: number): Clip {
  const [C, T, V, M] = clip.shape;
  const result = createClip([C, frames, V, M]);
  for (let c = 0; c < C; c++) {
    const from = c * T * V * M;
    result.data.set(clip.data.subarray(from, from + frames * V * M), c * frames * V * M);
  }
  return result;
}
