import { type Clip, createClip } from '@halp/skeleton';

/**
 * The frames `[start, end)` of a clip: `[C, end - start, V, M]`, copied.
 *
 * @throws RangeError if the range is empty or exceeds the clip.
 */
export function cutFrames(clip: Clip, start: number, end: number): Clip {
  const [C, T, V, M] = clip.shape;
  if (!Number.isInteger(start) || !Number.isInteger(end) || start < 0 || end > T || end <= start) {
    throw new RangeError(`cutFrames: expected frames within [0, ${T}), got [${start}, ${end})`);
  }
  const out = createClip([C, end - start, V, M]);
  const frame = V * M;
  for (let c = 0; c < C; c++) {
    const from = c * T * frame;
    out.data.set(
      clip.data.subarray(from + start * frame, from + end * frame),
      c * (end - start) * frame,
    );
  }
  return out;
}
