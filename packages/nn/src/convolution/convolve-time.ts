import * as tf from '@tensorflow/tfjs-core';
import { directConvolution } from './direct.ts';
import { frequencyConvolution, isFrequencyFaster } from './frequency.ts';
import type { ConvolutionKernel, TimeWindow } from './time-window.ts';

/**
 * y[n, t, v, o] = b[o] + Σ_{k, i} weight[o, i, k, 0] · x[n, t·stride + k·dilation − padding, v, i], `[N, T, V, I]` to
 * `[N, T', V, O]`, computed by the fastest method for its sizes; one operation on the tape.
 */
export function convolveTime(
  x: tf.Tensor4D,
  weight: tf.Tensor4D,
  bias: tf.Tensor | undefined,
  window: TimeWindow,
): tf.Tensor4D {
  const { forward, gradients } = kernelFor(x.shape, weight.shape, window);
  const inputs = bias === undefined ? [x, weight] : [x, weight, bias];
  return tf.customGrad((...args: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const save = args.at(-1) as tf.GradSaveFunc;
    const [x, weight, bias] = args.slice(0, -1) as [tf.Tensor4D, tf.Tensor4D, tf.Tensor?];
    save([x, weight]);
    const product = forward(x, weight);
    return {
      value: bias === undefined ? product : tf.add(product, bias),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [x, weight] = saved as [tf.Tensor4D, tf.Tensor4D];
        // Without the tidy and the disposal, all of it would be kept until the whole backward pass is done.
        const own = tf.tidy(() => gradients(x, weight, dy as tf.Tensor4D));
        tf.dispose(saved);
        return bias === undefined ? own : [...own, tf.sum(dy, [0, 1, 2])];
      },
    };
  })(...inputs) as tf.Tensor4D;
}

function kernelFor(
  x: readonly [number, number, number, number],
  weight: readonly [number, number, number, number],
  window: TimeWindow,
): ConvolutionKernel {
  if (window.kernel === 1 && window.stride === 1) return pointwise;
  const sizes = { frames: x[1], inputs: weight[1], outputs: weight[0] };
  return isFrequencyFaster(sizes, window)
    ? frequencyConvolution(x[1], window)
    : directConvolution(window);
}

/** For outputs that see one frame: the product of all rows with the weight. */
const pointwise: ConvolutionKernel = {
  forward(x, weight) {
    const [outputs, inputs] = weight.shape;
    const [clips, frames, joints] = x.shape;
    const product = tf.matMul(rowsOf(x), matrixOf(weight, inputs), false, true);
    return tf.reshape(product, [clips, frames, joints, outputs]);
  },
  gradients(x, weight, dy) {
    const d = rowsOf(dy);
    return [
      tf.reshape(tf.matMul(d, matrixOf(weight, x.shape[3])), x.shape),
      tf.reshape(tf.matMul(d, rowsOf(x), true, false), weight.shape),
    ];
  },
};

/** `[..., C]` as rows. */
function rowsOf(x: tf.Tensor4D): tf.Tensor2D {
  return tf.reshape(x, [-1, x.shape[3]]);
}

/** `[O, I, 1, 1]` to `[O, I]`. */
function matrixOf(weight: tf.Tensor4D, inputs: number): tf.Tensor2D {
  return tf.reshape(weight, [-1, inputs]);
}
