import { expectOptions, type OptionNames } from '@halp/random/check';
import { type Clip, createClip, type Layout, type LayoutName, layoutOf } from '@halp/skeleton';
import { expectClip } from '@halp/skeleton/check';
import { requireThreeChannels } from './matrix.ts';
import { expectStepLayout } from './step-layout.ts';

/** The layout of the clips. */
export interface ParallelShouldersOptions {
  /** The layout, which defines the root and the shoulder joints. */
  readonly layout: LayoutName | Layout;
}

const optionNames: OptionNames<ParallelShouldersOptions> = {
  layout: true,
};

/**
 * The clip with every person relative to its own root joint, and rotated in each frame about the vertical axis y so that the
 * line from the left to the right shoulder is parallel to x. Draws no random numbers.
 *
 * With v = right − left shoulder without its y component, the angle of a frame is acos(v_x / (|v| + 1e-4)). Its sign is the
 * same in all frames of a person: positive if the sum of v_z over all frames is at least 0, otherwise negative. A joint
 * that is zero after its root has been subtracted stays zero.
 *
 * Source: AimCLR, CrosSCLR and ActCLR for NTU RGB+D (Levigty/AimCLR, feeder/preprocess_ntu.py:35-43), after resizing, in
 * camera coordinates.
 *
 * @throws RangeError if the clip does not have the joints of `layout`, or not 3 channels.
 */
export function parallelShoulders(clip: Clip, options: ParallelShouldersOptions): Clip {
  expectClip('parallelShoulders', clip);
  expectOptions('parallelShoulders', options, optionNames);
  requireThreeChannels(clip, 'parallelShoulders');
  const [C, T, V, M] = clip.shape;
  checkParallelShoulders(options, V);
  const { root, shoulders } = layoutOf(options.layout);
  const result = createClip([C, T, V, M], clip.data.slice());
  for (let m = 0; m < M; m++) {
    const person = { data: result.data, frames: T, joints: V, persons: M, person: m };
    subtractRoot(person, root);
    turnShoulders(person, shoulders);
  }
  return result;
}

/** @throws RangeError if options of {@link parallelShoulders} are invalid for clips with `joints` joints. */
export function checkParallelShoulders(
  { layout }: ParallelShouldersOptions,
  joints?: number,
): void {
  const { name, joints: own } = expectStepLayout('parallelShoulders', layout);
  const expected = own.length;
  if (joints !== undefined && joints !== expected) {
    throw new RangeError(`parallelShoulders: expected ${expected} joints (${name}), got ${joints}`);
  }
}

/** One person of a clip `[3, T, V, M]`, in place. */
interface Person {
  readonly data: Float32Array;
  readonly frames: number;
  readonly joints: number;
  readonly persons: number;
  readonly person: number;
}

function indexOf(
  { frames, joints, persons, person }: Person,
  c: number,
  t: number,
  v: number,
): number {
  return ((c * frames + t) * joints + v) * persons + person;
}

function subtractRoot(person: Person, root: number): void {
  const { data, frames, joints } = person;
  for (let c = 0; c < 3; c++) {
    for (let t = 0; t < frames; t++) {
      const origin = data[indexOf(person, c, t, root)] as number;
      for (let v = 0; v < joints; v++) {
        const i = indexOf(person, c, t, v);
        data[i] = (data[i] as number) - origin;
      }
    }
  }
}

function turnShoulders(person: Person, [left, right]: readonly [number, number]): void {
  const { data, frames, joints } = person;
  const across = (c: number, t: number): number =>
    (data[indexOf(person, c, t, right)] as number) - (data[indexOf(person, c, t, left)] as number);
  let depth = 0;
  for (let t = 0; t < frames; t++) depth += across(2, t);
  const side = depth >= 0 ? 1 : -1;
  for (let t = 0; t < frames; t++) {
    const [x, z] = [across(0, t), across(2, t)];
    const cos = x / (Math.hypot(x, z) + 1e-4);
    const sin = side * Math.sqrt(Math.max(0, 1 - cos * cos));
    if (x === 0 && z === 0) continue;
    for (let v = 0; v < joints; v++) {
      const [ix, iz] = [indexOf(person, 0, t, v), indexOf(person, 2, t, v)];
      const [px, pz] = [data[ix] as number, data[iz] as number];
      // Adding 0 turns -0 into 0, so that an empty joint stays 0.
      data[ix] = px * cos + pz * sin + 0;
      data[iz] = pz * cos - px * sin + 0;
    }
  }
}
