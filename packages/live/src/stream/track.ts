import { type Clip, createClip } from '@halp/skeleton';

/** The last frames of a stream. */
export interface Track {
  /** The time of the first kept frame, in seconds; undefined without frames. */
  readonly first: number | undefined;
  /** The time of the last frame, in seconds; undefined without frames. */
  readonly last: number | undefined;
  /** The number of kept frames. */
  readonly length: number;
  /** Adds the points `[V, 3]` of a later frame, and drops frames that are too old. */
  readonly add: (points: Float32Array, seconds: number) => void;
  /** The points `[V, 3]` at a time between the first and the last frame, interpolated between two frames. */
  readonly at: (seconds: number) => Float32Array;
  /** The clip `[3, T, V, 1]` of a span between the first and the last frame, see {@link createTrack}. */
  readonly clip: (from: number, to: number) => Clip;
  /** Forgets all frames. */
  readonly clear: () => void;
}

/** Options of {@link createTrack}. */
export interface TrackOptions {
  /** V. */
  readonly joints: number;
  /** Frames a second of its clips. */
  readonly fps: number;
  /** How long frames are kept, in seconds. */
  readonly seconds: number;
}

/**
 * A track of the last frames of a stream, at any times, whose clips have an even frame rate.
 *
 * A clip from a to b has T = round((b - a) fps) + 1 frames at the times a + i (b - a) / (T - 1); each joint is interpolated
 * linearly between the frames before and after.
 *
 * Only the frames of the last `seconds` and one before them are kept.
 */
export function createTrack({ joints, fps, seconds: kept }: TrackOptions): Track {
  let times: number[] = [];
  let frames: Float32Array[] = [];
  // Frames before it are dropped. They are removed in blocks, since removing the first of a list copies the others.
  let start = 0;
  const pointAt = (seconds: number, from: number): [before: number, weight: number] => {
    let i = from;
    while (i + 1 < times.length - 1 && (times[i + 1] as number) <= seconds) i++;
    const [before, after] = [times[i] as number, times[i + 1] ?? (times[i] as number)];
    const weight = after === before ? 0 : (seconds - before) / (after - before);
    return [i, Math.min(1, Math.max(0, weight))];
  };
  const valueAt = (i: number, weight: number, k: number): number => {
    const before = (frames[i] as Float32Array)[k] as number;
    if (weight === 0) return before;
    const after = (frames[i + 1] as Float32Array)[k] as number;
    return weight === 1 ? after : before + weight * (after - before);
  };
  return {
    get first() {
      return times[start];
    },
    get last() {
      return times.at(-1);
    },
    get length() {
      return times.length - start;
    },
    add(points, seconds) {
      times.push(seconds);
      frames.push(points);
      while (start + 1 < times.length && (times[start + 1] as number) < seconds - kept) start++;
      if (start * 2 < times.length) return;
      times = times.slice(start);
      frames = frames.slice(start);
      start = 0;
    },
    at(seconds) {
      const [i, weight] = pointAt(seconds, start);
      return Float32Array.from({ length: 3 * joints }, (_, k) => valueAt(i, weight, k));
    },
    clip(from, to) {
      const T = Math.round((to - from) * fps) + 1;
      const clip = createClip([3, T, joints, 1]);
      let i = start;
      for (let t = 0; t < T; t++) {
        const [before, weight] = pointAt(T === 1 ? to : from + (t * (to - from)) / (T - 1), i);
        i = before;
        for (let v = 0; v < joints; v++) {
          for (let c = 0; c < 3; c++) {
            clip.data[(c * T + t) * joints + v] = valueAt(before, weight, 3 * v + c);
          }
        }
      }
      return clip;
    },
    clear() {
      [times, frames, start] = [[], [], 0];
    },
  };
}
