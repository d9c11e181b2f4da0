import type { ClipPoints, Vector } from './clip-points.ts';

/** The value for a joint that was not detected. */
export const notSeen = -32768;

/** A clip as 16-bit integers: `[T, M, V, 3]`, right, up, near, in steps of `step`. */
export interface EncodedClip {
  /** The number of frames T. */
  readonly frames: number;
  /** The indices of the persons in the clip; M of them. */
  readonly persons: readonly number[];
  /** The median height of the lowest joint of a frame, in the clip's unit. */
  readonly ground: number;
  /** The radius of a head, in the clip's unit; 0 draws none. */
  readonly head: number;
  /** The step of the integers, in the clip's unit. */
  readonly step: number;
  /** Little-endian integers in base64; -32768 for a joint that was not detected. */
  readonly data: string;
}

/** The extent of a clip from its middle, for any turn of the view. */
export interface Reach {
  /** Horizontally, for any turn. */
  readonly across: number;
  /** Vertically. */
  readonly upright: number;
}

/** A clip relative to its middle: the input of {@link encodePoses} and {@link reachOf}. */
export interface Poses {
  /** The number of frames. */
  readonly frames: number;
  /** The indices of the persons in the clip. */
  readonly persons: readonly number[];
  /** For each frame, person and joint, in this order, the position or undefined. */
  readonly points: readonly (Vector | undefined)[];
}

/** The clip from its first to its last frame with a person, in the view `look`, relative to its middle. */
export function posesOf(points: ClipPoints, look: (point: Vector) => Vector): Poses {
  const frames = points.shown === undefined ? 1 : points.shown[1] + 1;
  const seen: (Vector | undefined)[] = [];
  for (let t = 0; t < frames; t++) {
    for (const m of points.persons) {
      for (let v = 0; v < points.joints; v++) {
        const point = points.at(t, v, m);
        seen.push(point && look(point));
      }
    }
  }
  const middle = [0, 1, 2].map((axis) => {
    const [low, high] = extent(seen, (point) => point[axis as 0 | 1 | 2]);
    return (low + high) / 2;
  }) as unknown as Vector;
  return {
    frames,
    persons: points.persons,
    points: seen.map(
      (point) => point && [point[0] - middle[0], point[1] - middle[1], point[2] - middle[2]],
    ),
  };
}

/** The extent of the poses from their middle. */
export function reachOf({ points }: Poses): Reach {
  return {
    across: extent(points, ([x, , z]) => Math.hypot(x, z))[1],
    upright: extent(points, ([, y]) => y)[1],
  };
}

/** The poses in steps of 1 / 32767 of their largest coordinate. */
export function encodePoses({ frames, persons, points }: Poses, head: number): EncodedClip {
  const largest = extent(points, (point) => Math.max(...point.map(Math.abs)))[1];
  const step = largest > 0 ? largest / 32767 : 1;
  const bytes = new DataView(new ArrayBuffer(points.length * 6));
  points.forEach((point, i) => {
    for (const axis of [0, 1, 2] as const) {
      const value = point === undefined ? notSeen : Math.round(point[axis] / step);
      bytes.setInt16(i * 6 + axis * 2, value, true);
    }
  });
  return {
    frames,
    persons,
    ground: groundOf(points, frames),
    head,
    step,
    data: base64(new Uint8Array(bytes.buffer)),
  };
}

/** The median over the frames of their lowest height. */
function groundOf(points: Poses['points'], frames: number): number {
  const perFrame = points.length / frames;
  const lowest = Array.from({ length: frames }, (_, t) =>
    points.slice(t * perFrame, (t + 1) * perFrame).filter((point) => point !== undefined),
  )
    .filter((seen) => seen.length > 0)
    .map((seen) => extent(seen, ([, y]) => y)[0])
    .sort((a, b) => a - b);
  return lowest[Math.floor(lowest.length / 2)] ?? 0;
}

function extent(
  points: readonly (Vector | undefined)[],
  measure: (point: Vector) => number,
): readonly [low: number, high: number] {
  let [low, high] = [Infinity, -Infinity];
  for (const point of points) {
    if (point === undefined) continue;
    const value = measure(point);
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return low <= high ? [low, high] : [0, 0];
}

function base64(bytes: Uint8Array): string {
  let text = '';
  // In pieces, since the number of arguments of a call is limited.
  for (let i = 0; i < bytes.length; i += 8192) {
    text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  }
  return btoa(text);
}
