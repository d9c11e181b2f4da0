import { type Clip, createClip } from '@halp/skeleton';

/** The first `persons` persons of a clip, padded with empty persons if it has fewer: `[C, T, V, persons]`. */
export function withPersons(clip: Clip, persons: number): Clip {
  const [C, T, V, M] = clip.shape;
  if (M === persons) return clip;
  const out = createClip([C, T, V, persons]);
  for (let point = 0; point < C * T * V; point++) {
    for (let m = 0; m < Math.min(M, persons); m++) {
      out.data[point * persons + m] = clip.data[point * M + m] as number;
    }
  }
  return out;
}
