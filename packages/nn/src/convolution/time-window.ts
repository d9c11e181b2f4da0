import type * as tf from '@tensorflow/tfjs-core';

/** Kernel size, stride, padding and dilation of a convolution over frames. */
export interface TimeWindow {
  /** K: frames that one output sees. */
  readonly kernel: number;
  /** Frames between consecutive outputs. */
  readonly stride: number;
  /** Zero frames before the first and after the last. */
  readonly padding: number;
  /** Frames between consecutive taps of the kernel. */
  readonly dilation: number;
}

/** T' of `[N, T, V, C]`: ⌊(T + 2·padding − dilation·(kernel − 1) − 1) / stride⌋ + 1; below 1 if there are too few frames. */
export function framesAfter(
  frames: number,
  { kernel, stride, padding, dilation }: TimeWindow,
): number {
  return Math.floor((frames + 2 * padding - dilation * (kernel - 1) - 1) / stride) + 1;
}

/** An implementation of a convolution over frames and of its gradients, without a tape. */
export interface ConvolutionKernel {
  /** `[N, T, V, I]` and `[O, I, K, 1]` to `[N, T', V, O]`. */
  forward(this: void, x: tf.Tensor4D, weight: tf.Tensor4D): tf.Tensor4D;
  /** The gradients of x and of the weight. */
  gradients(
    this: void,
    x: tf.Tensor4D,
    weight: tf.Tensor4D,
    dy: tf.Tensor4D,
  ): [x: tf.Tensor4D, weight: tf.Tensor4D];
}
