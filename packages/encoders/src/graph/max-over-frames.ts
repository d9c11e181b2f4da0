import * as tf from '@tensorflow/tfjs-core';
import { recomputed } from './recomputed.ts';

/**
 * y[n, t, v, c] = the largest of x[n, s, v, c] with |s − stride·t| ≤ 1, `[N, T, V, C]` to `[N, ⌈T/stride⌉, V, C]`, as
 * PyTorch's `MaxPool2d((3, 1), (stride, 1), (1, 0))` on `[N, C, T, V]`. Among equal numbers, the first one gets the gradient.
 *
 * Computed by comparing neighbours, because WebAssembly lacks the gradient of `tf.maxPool`.
 */
export function maxOverFrames(x: tf.Tensor4D, stride: number): tf.Tensor4D {
  if (x.shape[1] === 1) return tf.clone(x);
  return recomputed({ x }, ({ x }) => largest(x as tf.Tensor4D, stride));
}

function largest(x: tf.Tensor4D, stride: number): tf.Tensor4D {
  const [clips, frames, joints, channels] = x.shape;
  const flat = tf.reshape<tf.Rank.R3>(x, [clips, frames, joints * channels]);
  const pairs = tf.maximum<tf.Tensor3D>(span(flat, 0, frames - 1), span(flat, 1, frames - 1));
  // The first and the last frame have only one neighbour; their pair is used twice.
  const before = tf.concat([span(pairs, 0, 1), pairs], 1);
  const after = tf.concat([pairs, span(pairs, frames - 2, 1)], 1);
  const all = tf.maximum<tf.Tensor3D>(before, after);
  return tf.reshape(everyFrame(all, stride), [clips, -1, joints, channels]);
}

function span(x: tf.Tensor3D, first: number, count: number): tf.Tensor3D {
  return tf.slice(x, [0, first, 0], [x.shape[0], count, x.shape[2]]);
}

/** The frames 0, stride, 2·stride, ...; tf.stridedSlice has no gradient. */
function everyFrame(x: tf.Tensor3D, stride: number): tf.Tensor3D {
  if (stride === 1) return x;
  const [clips, frames, numbers] = x.shape;
  const count = Math.ceil(frames / stride);
  const whole = tf.pad(x, [
    [0, 0],
    [0, count * stride - frames],
    [0, 0],
  ]);
  const groups = tf.reshape<tf.Rank.R3>(whole, [clips, count, stride * numbers]);
  return tf.slice(groups, [0, 0, 0], [clips, count, numbers]);
}
