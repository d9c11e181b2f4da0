import { gotText } from '@halp/random/check';
import { type Clip, createClip } from '@halp/skeleton';
import { expectClip } from '@halp/skeleton/check';

/**
 * The clip extended to `frames` frames, without empty frames at its start or end: `[C, frames, V, M]`.
 *
 * For each person that appears: if the first frame is empty, all empty frames are removed, interior ones too; otherwise
 * interior gaps stay. The empty tail is then filled by repeating the sequence from its start. A person that never appears
 * stays zero. The first frames of the result do not depend on `frames`.
 *
 * Source: the authors' data_gen/preprocess.py, its first step.
 *
 * @remarks A frame is empty if all its coordinates are zero; the authors test whether their sum is zero.
 * @throws RangeError if the clip has more than `frames` frames.
 */
export function fillEmptyFrames(clip: Clip, frames: number): Clip {
  expectClip('fillEmptyFrames', clip);
  const [C, T, V, M] = clip.shape;
  if (!Number.isInteger(frames) || frames < T) {
    throw new RangeError(
      `fillEmptyFrames: expected at least the clip's ${T} frames, got ${gotText(frames)}`,
    );
  }
  const out = createClip([C, frames, V, M]);
  for (let m = 0; m < M; m++) {
    const kept = keptFrames(presence(clip, m));
    for (let t = 0; kept.length > 0 && t < frames; t++) {
      const source = kept[t % kept.length] as number;
      for (let c = 0; c < C; c++) {
        let from = (c * T + source) * V * M + m;
        let to = (c * frames + t) * V * M + m;
        for (let v = 0; v < V; v++, from += M, to += M) out.data[to] = clip.data[from] as number;
      }
    }
  }
  return out;
}

/** Whether person `m` has a non-zero coordinate, for each frame. */
function presence(clip: Clip, m: number): readonly boolean[] {
  const [C, T, V, M] = clip.shape;
  return Array.from({ length: T }, (_, t) => {
    for (let c = 0; c < C; c++) {
      for (let v = 0; v < V; v++) {
        if (clip.data[((c * T + t) * V + v) * M + m] !== 0) return true;
      }
    }
    return false;
  });
}

function keptFrames(present: readonly boolean[]): readonly number[] {
  const all = present.map((_, t) => t);
  return present[0] === true
    ? all.slice(0, present.lastIndexOf(true) + 1)
    : all.filter((t) => present[t]);
}
