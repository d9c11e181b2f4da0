import { type Clip, createClip } from '@halp/skeleton';

/** A clip padded with zero frames: `[C, frames, V, M]`. @param frames - At least the frames of the clip. */
export function withFrames(clip: Clip, frames: number): Clip {
  const [C, T, V, M] = clip.shape;
  if (T === frames) return clip;
  const out = createClip([C, frames, V, M]);
  const points = V * M;
  for (let c = 0; c < C; c++) {
    out.data.set(clip.data.subarray(c * T * points, (c + 1) * T * points), c * frames * points);
  }
  return out;
}
