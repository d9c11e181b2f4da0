import * as tf from '@tensorflow/tfjs-core';

/** How {@link convolveTime} moves over the frames. */
export interface TimeWindow {
  /** K: frames that one output sees. */
  readonly kernel: number;
  /** Frames from one output to the next. */
  readonly stride: number;
  /** Zero frames before the first and after the last. */
  readonly padding: number;
  /** Frames between those that one output sees. */
  readonly dilation: number;
}

/** T' of `[N, T, V, C]`: ⌊(T + 2·padding − dilation·(kernel − 1) − 1) / stride⌋ + 1, which may be below 1. */
export function framesAfter(
  frames: number,
  { kernel, stride, padding, dilation }: TimeWindow,
): number {
  return Math.floor((frames + 2 * padding - dilation * (kernel - 1) - 1) / stride) + 1;
}

/**
 * y[n, t, v, o] = Σ_{k, i} weight[o, i, k, 0] · x[n, t·stride + k·dilation − padding, v, i], `[N, T, V, I]` to
 * `[N, T', V, O]`; one operation on the tape.
 *
 * The gradient of x is a convolution of dy, spread by the stride, with the kernel turned round, which every backend
 * does at the speed of its forward pass. That of the weight is, for each k, a product of the frames that k saw with dy.
 */
export function convolveTime(x: tf.Tensor4D, weight: tf.Tensor4D, window: TimeWindow): tf.Tensor4D {
  if (window.kernel === 1 && window.stride === 1) return mixChannels(x, weight);
  return tf.customGrad((...args: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const [x, weight, save] = args as [tf.Tensor4D, tf.Tensor4D, tf.GradSaveFunc];
    save([x, weight]);
    return {
      value: forward(x, weight, window),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [x, weight] = saved as [tf.Tensor4D, tf.Tensor4D];
        const d = dy as tf.Tensor4D;
        return [inputGradient(d, x.shape, weight, window), weightGradient(x, d, window)];
      },
    };
  })(x, weight);
}

/** Where an output sees one frame: the product of all rows with the weight, whose own gradients are two products. */
function mixChannels(x: tf.Tensor4D, weight: tf.Tensor4D): tf.Tensor4D {
  const [outputs, inputs] = weight.shape;
  const [clips, frames, joints] = x.shape;
  return tf.tidy(() => {
    const rows = tf.reshape<tf.Rank.R2>(x, [-1, inputs]);
    const matrix = tf.reshape<tf.Rank.R2>(weight, [outputs, inputs]);
    return tf.reshape(tf.matMul(rows, matrix, false, true), [clips, frames, joints, outputs]);
  });
}

function forward(x: tf.Tensor4D, weight: tf.Tensor4D, window: TimeWindow): tf.Tensor4D {
  const { kernel, stride, padding, dilation } = window;
  if (stride === 1 || dilation === 1) return convolve(x, filterOf(weight), window);
  // TensorFlow.js has no convolution with both: one without dilation, of the frames that each output sees, side by side.
  const [clips, frames, joints, channels] = x.shape;
  const count = framesAfter(frames, window);
  const flat = tf.reshape<tf.Rank.R3>(padFrames(x, padding), [clips, -1, joints * channels]);
  const taps = Array.from({ length: kernel }, (_, k) =>
    everyFrame(flat, 1, k * dilation, count, stride),
  );
  const seen = tf.reshape<tf.Rank.R4>(tf.concat(taps, 2), [
    clips,
    count * kernel,
    joints,
    channels,
  ]);
  return convolve(seen, filterOf(weight), { stride: kernel, padding: 0, dilation: 1 });
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

/** For each k, the product of the frames that k saw with dy. */
function weightGradient(x: tf.Tensor4D, dy: tf.Tensor4D, window: TimeWindow): tf.Tensor4D {
  const { kernel, stride, padding, dilation } = window;
  const [, count, , outputs] = dy.shape;
  const inputs = x.shape[3];
  // With the frames outside, those of one k lie one behind the other.
  const ofFrames = (t: tf.Tensor4D): tf.Tensor2D =>
    tf.reshape<tf.Rank.R2>(tf.transpose(t, [1, 0, 2, 3]), [t.shape[1], -1]);
  const seen =
    padding === 0
      ? ofFrames(x)
      : tf.pad(ofFrames(x), [
          [padding, padding],
          [0, 0],
        ]);
  const d = tf.reshape<tf.Rank.R2>(ofFrames(dy), [-1, outputs]);
  const taps = Array.from({ length: kernel }, (_, k) =>
    tf.tidy(() => {
      const rows = tf.reshape<tf.Rank.R2>(everyFrame(seen, 0, k * dilation, count, stride), [
        -1,
        inputs,
      ]);
      return tf.matMul(rows, d, true, false);
    }),
  );
  return tf.transpose<tf.Tensor4D>(
    tf.reshape(tf.stack(taps), [kernel, 1, inputs, outputs]),
    [3, 2, 0, 1],
  );
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

function padFrames(x: tf.Tensor4D, padding: number): tf.Tensor4D {
  return padding === 0
    ? x
    : tf.pad(x, [
        [0, 0],
        [padding, padding],
        [0, 0],
        [0, 0],
      ]);
}

/** `[N, T, V, C]` with stride − 1 zero frames between each two. */
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

/** Every stride-th of the frames, which lie on the given axis, the one before the last, from the first one on. */
function everyFrame(
  x: tf.Tensor,
  axis: number,
  first: number,
  count: number,
  stride: number,
): tf.Tensor {
  const begin = x.shape.map((_, i) => (i === axis ? first : 0));
  const size = x.shape.map((all, i) => (i === axis ? (count - 1) * stride + 1 : all));
  const span = tf.slice(x, begin, size);
  if (stride === 1) return span;
  const numbers = x.shape.at(-1) ?? 0;
  const whole = tf.pad(
    span,
    size.map((_, i): [number, number] => [0, i === axis ? stride - 1 : 0]),
  );
  const groups = tf.reshape(whole, [...size.slice(0, axis), count, stride * numbers]);
  return tf.slice(
    groups,
    size.map(() => 0),
    [...size.slice(0, axis), count, numbers],
  );
}
