import type { Clip, Layout } from '@halp/skeleton';
import { type Matrix, rotationBetween, type Vector } from './rotation.ts';

/** The posture of person 0 in the recorded coordinates of a clip, assuming that y points up. */
export interface Posture {
  /**
   * The angle, in radians in [0, π], by which `normaliseClip` tilts the clip: between z and the recorded y axis after
   * normalisation. Undefined if no frame has a spine.
   */
  readonly tilt?: number | undefined;
  /** The fraction of frames with the head below the hips; undefined if no frame has both. */
  readonly headBelow?: number | undefined;
  /** The fraction of frames in which head and hips are farthest apart along x or z; undefined if no frame has both. */
  readonly lying?: number | undefined;
}

/** The postures of all clips of a set. */
export interface PostureSummary {
  /** The tilts of the clips that have a spine, in radians. */
  readonly tilt?:
    | {
        /** The number of these clips. */
        readonly clips: number;
        /** Their median. */
        readonly median: number;
        /** The largest. */
        readonly most: number;
      }
    | undefined;
  /** Clips in which head and hips were detected. */
  readonly seen: number;
  /** Clips with the head below the hips in more than half of these frames. */
  readonly upsideDown: number;
  /** Clips whose head and hips are farthest apart along x or z in more than half of these frames. */
  readonly lying: number;
}

/**
 * The posture of person 0 in a clip as recorded, `[3, T, V, M]`.
 *
 * The tilt is that of the first frame with both joints of `layout.spine`: R1 turns the spine onto z, R2 turns the rotated
 * shoulder line onto x, tilt = acos((R2 R1 y) · z).
 */
export function postureOf(clip: Clip, layout: Layout): Posture {
  const tilt = tiltOf(clip, layout);
  const head = Math.max(layout.joints.indexOf('head'), layout.joints.indexOf('nose'));
  const hips = [layout.joints.indexOf('left hip'), layout.joints.indexOf('right hip')];
  let [seen, below, lying] = [0, 0, 0];
  for (let t = 0; t < clip.shape[1]; t++) {
    const top = placeOf(clip, t, head);
    const [left, right] = hips.map((hip) => placeOf(clip, t, hip));
    if (top === undefined || left === undefined || right === undefined) continue;
    const [x, y, z] = top.map(
      (value, c) => value - ((left[c] as number) + (right[c] as number)) / 2,
    ) as unknown as Vector;
    seen++;
    if (y < 0) below++;
    if (Math.abs(y) < Math.max(Math.abs(x), Math.abs(z))) lying++;
  }
  return {
    tilt,
    ...(seen === 0 ? {} : { headBelow: below / seen, lying: lying / seen }),
  };
}

/** The summary of the postures of all clips of a set. */
export function summarisePostures(postures: readonly Posture[]): PostureSummary {
  const tilts = postures.flatMap(({ tilt }) => (tilt === undefined ? [] : [tilt]));
  tilts.sort((a, b) => a - b);
  const median = tilts[tilts.length >> 1];
  const mostly = (part: number | undefined): boolean => part !== undefined && part > 1 / 2;
  return {
    tilt:
      median === undefined
        ? undefined
        : { clips: tilts.length, median, most: tilts.at(-1) as number },
    seen: postures.filter(({ headBelow }) => headBelow !== undefined).length,
    upsideDown: postures.filter(({ headBelow }) => mostly(headBelow)).length,
    lying: postures.filter(({ lying }) => mostly(lying)).length,
  };
}

function tiltOf(clip: Clip, { spine: [from, to], shoulders }: Layout): number | undefined {
  for (let t = 0; t < clip.shape[1]; t++) {
    const spine = between(placeOf(clip, t, from), placeOf(clip, t, to));
    if (spine === undefined) continue;
    const [left, right] = shoulders.map((joint) => placeOf(clip, t, joint));
    const upright = rotationBetween(spine, [0, 0, 1]);
    const line = between(left, right);
    const turned = line === undefined ? undefined : times(upright, line);
    const facing = turned === undefined ? undefined : rotationBetween(turned, [1, 0, 0]);
    const [, , z] = times(facing, times(upright, [0, 1, 0]));
    return Math.acos(Math.min(1, Math.max(-1, z)));
  }
  return undefined;
}

/** The position of a joint of person 0; undefined if it was not detected or the layout has no such joint. */
function placeOf({ data, shape }: Clip, t: number, joint: number): Vector | undefined {
  const [C, T, V, M] = shape;
  if (joint < 0 || C !== 3 || joint >= V) return undefined;
  const place = [0, 1, 2].map((c) => data[((c * T + t) * V + joint) * M] as number);
  return place.some((x) => x !== 0) ? (place as unknown as Vector) : undefined;
}

/** `to - from`; undefined if one is missing or both are in one place. */
function between(from: Vector | undefined, to: Vector | undefined): Vector | undefined {
  if (from === undefined || to === undefined) return undefined;
  const difference: Vector = [to[0] - from[0], to[1] - from[1], to[2] - from[2]];
  return difference.some((x) => x !== 0) ? difference : undefined;
}

/** The rotated vector; the vector itself without a rotation. */
function times(rotation: Matrix | undefined, vector: Vector): Vector {
  if (rotation === undefined) return vector;
  const [x, y, z] = rotation.map((row) =>
    row.reduce((sum, r, i) => sum + r * (vector[i] as number), 0),
  );
  return [x as number, y as number, z as number];
}
