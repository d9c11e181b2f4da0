import { type Clip, createClip } from '@halp/skeleton';

/** In how many steps a clip is revealed. */
export const steps = 20;

/** The frames of a clip that have been seen after each step, all of them after the last. */
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
