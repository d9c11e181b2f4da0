import type { Transform } from '@halp/augment';
import { createClip } from '@halp/skeleton';

/**
 * The step that takes one performance of a clip made of several of equal length, drawn at random: so two views of a motion
 * are two performances.
 *
 * @param options - `frames`: the frames of a performance.
 */
export function createTransform({ frames }: { readonly frames: number }): Transform {
  return ({ data, shape: [C, T, V, M] }, rng) => {
    const start = frames * rng.integer(Math.floor(T / frames));
    const clip = createClip([C, frames, V, M]);
    for (let c = 0; c < C; c++) {
      const from = (c * T + start) * V * M;
      clip.data.set(data.subarray(from, from + frames * V * M), c * frames * V * M);
    }
    return clip;
  };
}
