import * as tf from '@tensorflow/tfjs-core';
import { expectArray, expectObject, gotText } from '@halp/random/check';

/** Views of N clips as plain arrays; a batch of `@halp/loader` is one. */
export interface ClipBatch {
  /** One array `[N, C, T, V, M]` a view, row-major. */
  readonly views: readonly Float32Array[];
  /** The shape of every view: clips, channels, frames, joints, persons. */
  readonly shape: readonly [N: number, C: number, T: number, V: number, M: number];
}

/** One clip as a plain array; a `Clip` of `@halp/skeleton` is one. */
export interface ClipArray {
  /** `[C, T, V, M]`, row-major. */
  readonly data: Float32Array;
  /** Channels, frames, joints, persons. */
  readonly shape: readonly [C: number, T: number, V: number, M: number];
}

/**
 * One view of a batch as a tensor `[N, C, T, V, M]`, the input of an encoder.
 *
 * The tensor belongs to the caller, who disposes it. A backend written in JavaScript (`cpu`) reads the array of the
 * batch without a copy, so that array may not change while the tensor is in use.
 *
 * @param batch - A batch of a loader.
 * @param view - Which of its views, from 0.
 * @throws RangeError if the batch has no such view, or if the length of the view is not N * C * T * V * M.
 *
 * @example
 * ```ts
 * const x = tensorOf(batch, 0);
 * const features = encoder.apply(x, { mode: 'eval' }); // [N, D]
 * x.dispose();
 * ```
 */
export function tensorOf(batch: ClipBatch, view: number): tf.Tensor5D {
  const { views, shape } = expectObject('tensorOf', batch, 'a batch { views, shape }');
  expectArray('tensorOf', 'the views of a batch in a list', views);
  const data = typeof view === 'number' ? views[view] : undefined;
  if (data === undefined) {
    throw new RangeError(
      `tensorOf: expected view in [0, ${views.length - 1}], got ${gotText(view)}`,
    );
  }
  expectFits('tensorOf', `view ${view}`, data, shape);
  return tf.tensor5d(data, [...shape]);
}

/**
 * One clip as a tensor `[1, C, T, V, M]`, a batch of one.
 *
 * The tensor belongs to the caller. The array of the clip is copied.
 *
 * @throws RangeError if the length of the array is not C * T * V * M.
 *
 * @example
 * ```ts
 * const feature = tf.tidy(() => encoder.apply(tensorOfClip(clip), { mode: 'eval' })); // [1, D]
 * ```
 */
export function tensorOfClip(clip: ClipArray): tf.Tensor5D {
  return stacked('tensorOfClip', [clip]);
}

/**
 * Clips of one shape as a tensor `[N, C, T, V, M]`, in their order.
 *
 * The tensor belongs to the caller. The arrays of the clips are copied.
 *
 * @throws RangeError if there is no clip, if shapes differ, or if an array does not fit its shape.
 */
export function tensorOfClips(clips: readonly ClipArray[]): tf.Tensor5D {
  expectArray('tensorOfClips', 'clips in a list', clips);
  if (clips.length === 0) throw new RangeError('tensorOfClips: expected clips, got an empty list');
  return stacked('tensorOfClips', clips);
}

function stacked(caller: string, clips: readonly ClipArray[]): tf.Tensor5D {
  for (const clip of clips) expectObject(caller, clip, 'a clip { data, shape }');
  const { shape } = clips[0] as ClipArray;
  const size = sizeOf(shape);
  const all = new Float32Array(clips.length * size);
  clips.forEach((clip, n) => {
    expectFits(caller, `clip ${n}`, clip.data, shape);
    if (clip.shape.join() !== shape.join()) {
      throw new RangeError(
        `${caller}: expected clips of one shape, got [${shape.join(', ')}] and [${clip.shape.join(', ')}] of clip ${n}`,
      );
    }
    all.set(clip.data, n * size);
  });
  return tf.tensor5d(all, [clips.length, ...shape]);
}

function expectFits(
  caller: string,
  what: string,
  data: Float32Array,
  shape: readonly number[],
): void {
  expectArray(caller, `the shape of ${what} in a list`, shape);
  if (!(data instanceof Float32Array)) {
    throw new TypeError(`${caller}: expected ${what} as a Float32Array, got ${gotText(data)}`);
  }
  if (data.length !== sizeOf(shape)) {
    throw new RangeError(
      `${caller}: expected ${sizeOf(shape)} numbers in ${what} of shape [${shape.join(', ')}], got ${data.length}`,
    );
  }
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
