import { choose, type Random } from '@halp/random';
import { createClip, type Clip } from '@halp/skeleton';
import { requireThreeChannels, type Matrix3, type Row3 } from './matrix.ts';

/** How much of a skeleton is corrupted. */
export interface JointCorruptionOptions {
  /** The number of joints, in [1, V]; the authors take 15 of 25. */
  readonly joints: number;
}

/**
 * A clip in which some joints are useless in all frames and for all persons: half the time they are
 * zero, half the time each point x of theirs, as a row vector, becomes x * R with one random R whose
 * entries come from U(-1, 1) (HaLP, following CMD).
 *
 * @param rng Draws the joints by `choose`, one uniform for the kind (zero below 1/2), and nine
 * uniforms for R, row by row, where it is needed.
 * @throws RangeError if the clip has other than 3 channels or fewer joints than are to be corrupted.
 */
export function jointCorruption(clip: Clip, { joints }: JointCorruptionOptions, rng: Random): Clip {
  requireThreeChannels(clip, 'jointCorruption');
  const V = clip.shape[2];
  checkJointCorruption({ joints }, V);
  const chosen = choose(joints, V, rng);
  if (rng.uniform() < 0.5) return zeroJoints(clip, chosen);
  const draw = (): number => 2 * rng.uniform() - 1;
  const row = (): Row3 => [draw(), draw(), draw()];
  return transformJoints(clip, chosen, [row(), row(), row()]);
}

/** Throws a RangeError if that many joints cannot be corrupted, of `available` ones. */
export function checkJointCorruption(
  { joints }: JointCorruptionOptions,
  available: number = Infinity,
): void {
  if (!Number.isInteger(joints) || joints < 1 || joints > available) {
    const range = Number.isFinite(available) ? `in [1, ${available}]` : 'of at least 1';
    throw new RangeError(`jointCorruption: expected a number of joints ${range}, got ${joints}`);
  }
}

/**
 * The clip with the given joints at zero in all frames and for all persons.
 *
 * @throws RangeError if a number names no joint.
 */
export function zeroJoints(clip: Clip, joints: ArrayLike<number>): Clip {
  const out = createClip(clip.shape, clip.data.slice());
  eachPoint(clip, joints, 'zeroJoints', (i, plane) => {
    for (let at = i; at < out.data.length; at += plane) out.data[at] = 0;
  });
  return out;
}

/**
 * The clip with every point x of the given joints, as a row vector, replaced by x * matrix; sums in
 * float64.
 *
 * @throws RangeError if a number names no joint or the clip has other than 3 channels.
 */
export function transformJoints(clip: Clip, joints: ArrayLike<number>, matrix: Matrix3): Clip {
  requireThreeChannels(clip, 'transformJoints');
  const [[xx, xy, xz], [yx, yy, yz], [zx, zy, zz]] = matrix;
  const from = clip.data;
  const out = createClip(clip.shape, from.slice());
  eachPoint(clip, joints, 'transformJoints', (i, plane) => {
    const x = from[i] as number;
    const y = from[plane + i] as number;
    const z = from[2 * plane + i] as number;
    out.data[i] = x * xx + y * yx + z * zx;
    out.data[plane + i] = x * xy + y * yy + z * zy;
    out.data[2 * plane + i] = x * xz + y * yz + z * zz;
  });
  return out;
}

/** Calls `visit` with the place of each of the joints' first coordinates, and the size of a channel. */
function eachPoint(
  clip: Clip,
  joints: ArrayLike<number>,
  name: string,
  visit: (first: number, plane: number) => void,
): void {
  const [, T, V, M] = clip.shape;
  for (let j = 0; j < joints.length; j++) {
    const joint = joints[j] as number;
    if (!Number.isInteger(joint) || joint < 0 || joint >= V) {
      throw new RangeError(`${name}: expected joints in [0, ${V - 1}], got ${joint}`);
    }
    for (let t = 0; t < T; t++) {
      for (let m = 0; m < M; m++) visit((t * V + joint) * M + m, T * V * M);
    }
  }
}
