import { choose, type Random } from '@halp/random';
import {
  expectInteger,
  expectOptions,
  expectRandom,
  gotText,
  type OptionNames,
} from '@halp/random/check';
import { type Clip, createClip } from '@halp/skeleton';
import { expectClip } from '@halp/skeleton/check';
import { expectMatrix, type Matrix3, requireThreeChannels, type Row3 } from './matrix.ts';

/** The number of joints to corrupt. */
export interface JointCorruptionOptions {
  /** The number of joints, in [1, V]; the authors take 15 of 25. */
  readonly joints: number;
}

const optionNames: OptionNames<JointCorruptionOptions> = {
  joints: true,
};

/**
 * A clip with some joints corrupted in all frames and for all persons. With probability 1/2 these joints are set to zero;
 * otherwise each of their points x, as a row vector, becomes x * R with one random R with entries from U(-1, 1) (HaLP,
 * following CMD).
 *
 * @param rng - Draws the joints by `choose`, one uniform for the kind (zero below 1/2), and if needed nine uniforms for R,
 * row by row.
 * @throws RangeError if the clip does not have 3 channels, or has fewer joints than are to be corrupted.
 */
export function jointCorruption(clip: Clip, options: JointCorruptionOptions, rng: Random): Clip {
  expectClip('jointCorruption', clip);
  const { joints } = expectOptions('jointCorruption', options, optionNames);
  expectRandom('jointCorruption', rng);
  requireThreeChannels(clip, 'jointCorruption');
  const V = clip.shape[2];
  checkJointCorruption({ joints }, V);
  const chosen = choose(joints, V, rng);
  if (rng.uniform() < 0.5) return zeroJoints(clip, chosen);
  const draw = (): number => 2 * rng.uniform() - 1;
  const row = (): Row3 => [draw(), draw(), draw()];
  return transformJoints(clip, chosen, [row(), row(), row()]);
}

/** @throws RangeError unless the number of joints is an integer in [1, available]. */
export function checkJointCorruption(
  { joints }: JointCorruptionOptions,
  available: number = Infinity,
): void {
  expectInteger('jointCorruption', 'joints', joints, 1, available);
}

/**
 * The clip with the given joints at zero in all frames and for all persons.
 *
 * @throws RangeError if a joint is not in [0, V).
 */
export function zeroJoints(clip: Clip, joints: ArrayLike<number>): Clip {
  expectClip('zeroJoints', clip);
  const [C, T, V, M] = clip.shape;
  requireJoints(joints, V, 'zeroJoints');
  const to = clip.data.slice();
  for (let j = 0; j < joints.length; j++) {
    const place = (joints[j] as number) * M;
    for (let row = 0; row < C * T; row++) {
      for (let i = row * V * M + place, end = i + M; i < end; i++) to[i] = 0;
    }
  }
  return createClip(clip.shape, to);
}

/**
 * The clip with every point x of the given joints, as a row vector, replaced by x * matrix; sums in
 * float64.
 *
 * @throws RangeError if a joint is not in [0, V), or the clip does not have 3 channels.
 */
export function transformJoints(clip: Clip, joints: ArrayLike<number>, matrix: Matrix3): Clip {
  expectClip('transformJoints', clip);
  requireThreeChannels(clip, 'transformJoints');
  const [, T, V, M] = clip.shape;
  requireJoints(joints, V, 'transformJoints');
  expectMatrix('transformJoints', matrix);
  const [[xx, xy, xz], [yx, yy, yz], [zx, zy, zz]] = matrix;
  const from = clip.data;
  const to = from.slice();
  const plane = T * V * M;
  for (let j = 0; j < joints.length; j++) {
    const place = (joints[j] as number) * M;
    for (let t = 0; t < T; t++) {
      for (let i = t * V * M + place, end = i + M; i < end; i++) {
        const x = from[i] as number;
        const y = from[plane + i] as number;
        const z = from[2 * plane + i] as number;
        to[i] = x * xx + y * yx + z * zx;
        to[plane + i] = x * xy + y * yy + z * zy;
        to[2 * plane + i] = x * xz + y * yz + z * zz;
      }
    }
  }
  return createClip(clip.shape, to);
}

function requireJoints(joints: ArrayLike<number>, available: number, name: string): void {
  if (
    typeof joints !== 'object' ||
    !Number.isInteger((joints as ArrayLike<number> | null)?.length)
  ) {
    throw new TypeError(`${name}: expected a list of joints, got ${gotText(joints)}`);
  }
  for (let j = 0; j < joints.length; j++) {
    const joint = joints[j] as number;
    if (!Number.isInteger(joint) || joint < 0 || joint >= available) {
      throw new RangeError(
        `${name}: expected joints in [0, ${available - 1}], got ${gotText(joint)}`,
      );
    }
  }
}
