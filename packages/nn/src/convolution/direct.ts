import * as tf from '@tensorflow/tfjs-core';
import { type ConvolutionKernel, framesAfter, type TimeWindow } from './time-window.ts';

/**
 * A convolution over frames with the backend's `conv2d`, `[N, T, V, I]` to `[N, T', V, O]`.
 *
 * The gradient of x is a convolution of dy, dilated by the stride, with the reversed kernel; every backend computes it at
 * the speed of its forward pass. The gradient of the weight is, for each tap k, the product of the frames that k saw with
 * dy.
 */
export function directConvolution(window: TimeWindow): ConvolutionKernel {
  return {
    forward: (x, weight) => forward(x, weight, window),
    gradients: (x, weight, dy) => [
      inputGradient(dy, x.shape, weight, window),
      weightGradient(x, dy, window),
    ],
  };
}

function forward(x: tf.Tensor4D, weight: tf.Tensor4D, window: TimeWindow): tf.Tensor4D {
  const { kernel, stride, dilation } = window;
  if (stride === 1 || dilation === 1) return convolve(x, filterOf(weight), window);
  // TensorFlow.js has no convolution with both stride and dilation. Instead, the frames that each output sees are
  // concatenated, with clips and joints as the width, and convolved with stride K without dilation.
  const [clips, frames, joints, channels] = x.shape;
  const count = framesAfter(frames, window);
  const width = clips * joints;
  const seenBy = framesSeen(x, window);
  const taps = Array.from({ length: kernel }, (_, k) =>
    tf.reshape(seenBy(k), [count, 1, width, channels]),
  );
  const seen = tf.reshape<tf.Rank.R4>(tf.concat(taps, 1), [1, count * kernel, width, channels]);
  const y = convolve(seen, filterOf(weight), { stride: kernel, padding: 0, dilation: 1 });
  return tf.transpose(tf.reshape<tf.Rank.R4>(y, [count, clips, joints, -1]), [1, 0, 2, 3]);
}

function inputGradient(
  dy: tf.Tensor4D,
  [, frames = 0]: readonly number[],
  weight: tf.Tensor4D,
  { kernel, stride, padding, dilation }: TimeWindow,
): tf.Tensor4D {
  const spread = stride === 1 ? dy : spreadFrames(dy, stride);
  const before = dilation * (kernel - 1) - padding;
  const after = frames - spread.shape[1] + padding;
  const turned = tf.transpose<tf.Tensor4D>(tf.reverse(weight, 2), [2, 3, 0, 1]);
  return convolve(spread, turned, { stride: 1, padding: [before, after], dilation });
}

/** For each tap k, the product of the frames that k saw with dy. */
function weightGradient(x: tf.Tensor4D, dy: tf.Tensor4D, window: TimeWindow): tf.Tensor4D {
  const [inputs, outputs] = [x.shape[3], dy.shape[3]];
  const d = tf.reshape<tf.Rank.R2>(framesFirst(dy), [-1, outputs]);
  const seenBy = framesSeen(x, window);
  const taps = Array.from({ length: window.kernel }, (_, k) =>
    tf.tidy(() => tf.matMul(tf.reshape<tf.Rank.R2>(seenBy(k), [-1, inputs]), d, true, false)),
  );
  const stacked = tf.reshape<tf.Rank.R4>(tf.stack(taps), [window.kernel, 1, inputs, outputs]);
  return tf.transpose(stacked, [3, 2, 0, 1]);
}

/** A function of the tap k: the frames that it sees, in the order of the outputs, `[T', N·V·C]`. */
function framesSeen(x: tf.Tensor4D, window: TimeWindow): (k: number) => tf.Tensor2D {
  const { stride, padding, dilation } = window;
  const count = framesAfter(x.shape[1], window);
  // With frames as the first axis, the frames of one tap are contiguous; with a stride, they are contiguous within the
  // frames of one phase.
  const rows = framesFirst(x);
  const [frames, numbers] = rows.shape;
  const after = padding + ((stride - ((frames + 2 * padding) % stride)) % stride);
  const padded =
    padding + after === 0
      ? rows
      : tf.pad(rows, [
          [padding, after],
          [0, 0],
        ]);
  const length = (frames + padding + after) / stride;
  const phases =
    stride === 1 ? padded : tf.transpose(tf.reshape(padded, [length, stride, numbers]), [1, 0, 2]);
  const inTurn = tf.reshape<tf.Rank.R2>(phases, [stride * length, numbers]);
  return (k) => {
    const first = k * dilation;
    return tf.slice(
      inTurn,
      [(first % stride) * length + Math.floor(first / stride), 0],
      [count, numbers],
    );
  };
}

/** `[N, T, V, C]` to `[T, N·V·C]`. */
function framesFirst(x: tf.Tensor4D): tf.Tensor2D {
  return tf.reshape(tf.transpose(x, [1, 0, 2, 3]), [x.shape[1], -1]);
}

/** `[O, I, K, 1]` to `[K, 1, I, O]`. */
function filterOf(weight: tf.Tensor4D): tf.Tensor4D {
  return tf.transpose<tf.Tensor4D>(weight, [2, 3, 1, 0]);
}

function convolve(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  {
    stride,
    padding,
    dilation,
  }: Omit<TimeWindow, 'kernel' | 'padding'> & {
    readonly padding: number | readonly [number, number];
  },
): tf.Tensor4D {
  const [before, after] = typeof padding === 'number' ? [padding, padding] : padding;
  return tf.conv2d(
    x,
    filter,
    [stride, 1],
    [
      [0, 0],
      [before, after],
      [0, 0],
      [0, 0],
    ],
    'NHWC',
    [dilation, 1],
  );
}

/** `[N, T, V, C]` with stride − 1 zero frames between neighbouring frames. */
function spreadFrames(x: tf.Tensor4D, stride: number): tf.Tensor4D {
  const [clips, frames, joints, channels] = x.shape;
  const flat = tf.reshape(x, [clips, frames, joints * channels]);
  const gaps = tf.zeros([clips, frames, (stride - 1) * joints * channels]);
  const spread = tf.reshape<tf.Rank.R4>(tf.concat([flat, gaps], 2), [
    clips,
    frames * stride,
    joints,
    channels,
  ]);
  return tf.slice(spread, [0, 0, 0, 0], [clips, (frames - 1) * stride + 1, joints, channels]);
}
