import * as tf from '@tensorflow/tfjs-core';

// States are [half, unit, clip] and whole sequences [half, unit, frame·clip]. Features before clips is the faster order
// for the small recurrent products. With frames and clips on one axis, every product that is not recurrent is one matrix
// product over all frames.

/** Sizes of a pass through a layer. */
export interface GruSizes {
  /** T. */
  readonly frames: number;
  /** N. */
  readonly batch: number;
  /** H. */
  readonly hidden: number;
  /** Whether the second half reads the frames from the last to the first. */
  readonly reversed: boolean;
}

/** `f(x)`, with x disposed afterwards; a tidy alone would keep whole sequences until its end. */
export function consume<T extends tf.TensorContainer>(x: tf.Tensor, f: (x: tf.Tensor) => T): T {
  const result = f(x);
  x.dispose();
  return result;
}

/** `[2, G, T·N]` to `[2, G, N]` for each step. */
export function perStep(x: tf.Tensor, { frames, batch }: GruSizes): tf.Tensor[] {
  return tf.tidy(() => {
    // Splitting the last axis copies row by row; after one transposition the steps are views on some backends.
    const rows = tf.reshape(x, [-1, frames, batch]);
    const steps = consume(rows, (all) => tf.transpose(all, [1, 0, 2]));
    return tf.unstack(consume(steps, (all) => tf.reshape(all, [frames, 2, -1, batch])));
  });
}

/** The concatenated steps, `[2, H, T·N]`; every step except `spare` is disposed. */
export function alongFrames(steps: readonly tf.Tensor[], spare?: tf.Tensor): tf.Tensor3D {
  const all = tf.concat([...steps], 2) as tf.Tensor3D;
  for (const step of steps) if (step !== spare) step.dispose();
  return all;
}

/** `[2, G, T·N]` from frame order to step order; the swap is its own inverse. */
export function inStepOrder(x: tf.Tensor, { reversed, frames, batch }: GruSizes): tf.Tensor3D {
  if (!reversed) return tf.clone(x) as tf.Tensor3D;
  return tf.tidy(() => {
    const [first, second] = tf.split(x, 2, 0) as [tf.Tensor, tf.Tensor];
    const back = tf.reverse(tf.reshape(second, [-1, frames, batch]), 1);
    return tf.concat([first, tf.reshape<tf.Rank>(back, first.shape)], 0) as tf.Tensor3D;
  });
}

/** `[2, G, T·N]` from step order to frame order: the same swap. */
export function inFrameOrder(x: tf.Tensor, sizes: GruSizes): tf.Tensor3D {
  return inStepOrder(x, sizes);
}

/** `[2, G, T·N]` to `[2G, T·N]`. */
export function toRows(x: tf.Tensor3D): tf.Tensor2D {
  return tf.reshape(x, [x.shape[0] * x.shape[1], x.shape[2]]);
}
