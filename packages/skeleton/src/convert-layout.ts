import { expectClip } from './clip.ts';
import { type Clip, createClip } from './clip.ts';
import { expectOptions, type OptionNames } from './expect-object.ts';
import { type InterpolatedJoint, jointMapping, type JointOrigin } from './joint-mapping.ts';
import type { Layout, LayoutName } from './layout.ts';
import { expectLayout } from './layout-of.ts';

/** Source and target layout, and the treatment of missing joints. */
export interface ConvertLayoutOptions {
  /** The layout of the clip, or its name. */
  readonly from: Layout | LayoutName;
  /** The layout of the result, or its name. */
  readonly to: Layout | LayoutName;
  /**
   * The treatment of a joint that {@link jointMapping} calls missing: `'error'` throws; `'zero'` sets it to
   * zero, as recorders do with joints they do not see; `'parent'` copies the nearest known joint on the path
   * to the root, so its bone has length 0. Default: `'error'`.
   */
  readonly missing?: 'error' | 'zero' | 'parent' | undefined;
}

const optionNames: OptionNames<ConvertLayoutOptions> = { from: true, to: true, missing: true };

/**
 * The clip with the joints of another layout, `[C, T, V of to, M]`, by {@link jointMapping}.
 *
 * A taken joint is copied bit for bit. An interpolated one is the weighted sum, rounded once to
 * float32; it is zero in a frame in which one of its joints is zero in every channel, which means
 * that the joint was not seen. Empty persons and frames therefore stay empty.
 *
 * @throws RangeError if the clip does not have the joints of `from`, if joints are missing and `missing` is
 * 'error', or if it is 'parent' and no joint on the path to the root is known.
 *
 * @example
 * ```ts
 * // Use an NW-UCLA clip with an encoder that was trained on NTU RGB+D.
 * const clip25 = convertLayout(clip20, { from: kinectV1, to: kinectV2, missing: 'parent' });
 * ```
 */
export function convertLayout(clip: Clip, options: ConvertLayoutOptions): Clip {
  expectClip('convertLayout', clip);
  expectOptions('convertLayout', options, optionNames, 'options { from, to }');
  const from = expectLayout('convertLayout', options.from);
  const to = expectLayout('convertLayout', options.to);
  const [C, T, V, M] = clip.shape;
  if (V !== from.joints.length) {
    throw new RangeError(
      `convertLayout: expected ${from.joints.length} joints (${from.name}), got ${V}`,
    );
  }
  const origins = originsOf(from, to, options);
  const out = createClip([C, T, to.joints.length, M]);
  origins.forEach((origin, joint) => {
    if (origin.kind === 'taken') take(clip, origin.from, out, joint);
    if (origin.kind === 'interpolated') interpolate(clip, origin.between, out, joint);
  });
  return out;
}

/** The origins of the joints; with 'parent', a missing joint has the origin of the nearest known one. */
function originsOf(
  from: Layout,
  to: Layout,
  { missing = 'error' }: Pick<ConvertLayoutOptions, 'missing'>,
): readonly JointOrigin[] {
  const { joints } = jointMapping(from, to);
  const absent = joints.filter(({ kind }) => kind === 'missing').map(({ joint }) => joint);
  if (absent.length > 0 && missing === 'error') {
    const choices = fromParents(joints, to).includes(undefined) ? "'zero'" : "'zero' or 'parent'";
    throw new RangeError(
      `convertLayout: expected ${from.name} to have every joint of ${to.name}, ` +
        `got none for ${absent.join(', ')}; choose missing: ${choices}`,
    );
  }
  if (missing !== 'parent') return joints;
  return fromParents(joints, to).map((origin) => {
    if (origin !== undefined) return origin;
    throw new RangeError(
      `convertLayout: expected the root of ${to.name} or a joint on the path to it to be known, ` +
        `got ${absent.join(', ')} missing; choose missing: 'zero'`,
    );
  });
}

/** The origin of each joint, or of the nearest known one on its path to the root; undefined if there is none. */
function fromParents(
  joints: readonly JointOrigin[],
  to: Layout,
): readonly (JointOrigin | undefined)[] {
  const parents = new Map(to.bones);
  const known = (joint: number | undefined): JointOrigin | undefined => {
    if (joint === undefined) return undefined;
    const origin = joints[joint];
    return origin?.kind === 'missing' ? known(parents.get(joint)) : origin;
  };
  return joints.map((_, joint) => known(joint));
}

function take(clip: Clip, from: number, out: Clip, to: number): void {
  const [C, T, V, M] = clip.shape;
  const joints = out.shape[2];
  for (let row = 0; row < C * T; row++) {
    const i = (row * V + from) * M;
    out.data.set(clip.data.subarray(i, i + M), (row * joints + to) * M);
  }
}

function interpolate(
  clip: Clip,
  between: InterpolatedJoint['between'],
  out: Clip,
  to: number,
): void {
  const [C, T, V, M] = clip.shape;
  const joints = out.shape[2];
  for (let t = 0; t < T; t++) {
    for (let m = 0; m < M; m++) {
      if (!between.every(({ joint }) => isSeen(clip, t, joint, m))) continue;
      for (let c = 0; c < C; c++) {
        let sum = 0;
        for (const { joint, weight } of between) {
          sum += weight * (clip.data[((c * T + t) * V + joint) * M + m] as number);
        }
        out.data[((c * T + t) * joints + to) * M + m] = sum;
      }
    }
  }
}

function isSeen({ data, shape }: Clip, t: number, v: number, m: number): boolean {
  const [C, T, V, M] = shape;
  for (let c = 0; c < C; c++) {
    if (data[((c * T + t) * V + v) * M + m] !== 0) return true;
  }
  return false;
}
