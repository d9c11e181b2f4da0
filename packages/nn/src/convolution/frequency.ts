import * as tf from '@tensorflow/tfjs-core';
import { type ConvolutionKernel, framesAfter, type TimeWindow } from './time-window.ts';

/** Channels and frames of a convolution. */
interface Sizes {
  /** T. */
  readonly frames: number;
  /** I. */
  readonly inputs: number;
  /** O. */
  readonly outputs: number;
}

/** The three matrices of a {@link frequencyConvolution}, row-major. */
interface Transforms {
  /** P: number of products over channels. */
  readonly products: number;
  /** `[P, T]`. */
  readonly ofFrames: Float32Array;
  /** `[P, K]`. */
  readonly ofKernel: Float32Array;
  /** `[T', P]`. */
  readonly toFrames: Float32Array;
}

/**
 * A convolution over frames through its discrete Fourier transform over time: y = G((B x) · (A w)), where the matrices
 * B `[P, T]` and A `[P, K]` act on frames only, and the product is a matrix product over channels for each of the P rows.
 *
 * With L = T + padding (made odd), the wrap-around of a circular convolution of L frames does not reach the outputs. A
 * real sequence of that length has one real and (L − 1)/2 complex frequencies, and a complex product is three real ones (Karatsuba and
 * Ofman, 1963), so P = 1 + 3(L − 1)/2: 25 products instead of 117 for 13 frames and a kernel of 9. Since B, A and G are
 * orthogonal up to factors of about 1, the result differs from the direct convolution by rounding only. The gradients are
 * dx = Bᵀ((Gᵀ dy) · (A w)ᵀ) and dw = Aᵀ((B x)ᵀ · (Gᵀ dy)).
 */
export function frequencyConvolution(frames: number, window: TimeWindow): ConvolutionKernel {
  const { products, ofFrames, ofKernel, toFrames } = transforms(frames, window);
  const after = framesAfter(frames, window);
  const matrix = (numbers: Float32Array, rows: number, columns: number): tf.Tensor2D =>
    tf.tensor2d(numbers, [rows, columns]);
  const kernels = (weight: tf.Tensor4D): tf.Tensor3D => {
    const [outputs, inputs, kernel] = weight.shape;
    const taps = tf.reshape<tf.Rank.R2>(tf.transpose(weight, [2, 1, 0, 3]), [kernel, -1]);
    const mixed = tf.matMul(matrix(ofKernel, products, kernel), taps);
    return tf.reshape(mixed, [products, inputs, outputs]);
  };
  return {
    forward: (x, weight) =>
      tf.tidy(() => {
        const seen = mixFrames(matrix(ofFrames, products, frames), x, false);
        const product = tf.matMul<tf.Tensor3D>(seen, kernels(weight));
        seen.dispose();
        return toClips(matrix(toFrames, after, products), product, x.shape, false);
      }),
    gradients: (x, weight, dy) =>
      tf.tidy(() => {
        const [outputs, inputs, kernel] = weight.shape;
        const d = mixFrames(matrix(toFrames, after, products), dy, true);
        const back = tf.matMul<tf.Tensor3D>(d, kernels(weight), false, true);
        const dx = toClips(matrix(ofFrames, products, frames), back, x.shape, true);
        back.dispose();
        const seen = mixFrames(matrix(ofFrames, products, frames), x, false);
        const mixed = tf.reshape<tf.Rank.R2>(tf.matMul(seen, d, true, false), [products, -1]);
        const taps = tf.matMul(matrix(ofKernel, products, kernel), mixed, true, false);
        const dw = tf.transpose<tf.Tensor4D>(
          tf.reshape(taps, [kernel, inputs, outputs, 1]),
          [2, 1, 0, 3],
        );
        return [dx, dw];
      }),
  };
}

/** Whether a {@link frequencyConvolution} costs less than the direct one; the cost is counted for one joint of one clip. */
export function isFrequencyFaster({ frames, inputs, outputs }: Sizes, window: TimeWindow): boolean {
  const products = productsFor(circleFor(frames, window));
  const after = framesAfter(frames, window);
  // Measured on a CPU with 512-bit vectors: a multiplication in a transform costs 1.8 times one in a product, and writing
  // and reading a number between them costs as much as 40 multiplications.
  const transforms = 1.8 * products * (frames * inputs + after * outputs);
  const memory = 40 * products * (inputs + outputs);
  return (
    after * window.kernel * inputs * outputs > products * inputs * outputs + transforms + memory
  );
}

/** L: odd, and long enough that the wrap-around does not reach the outputs. */
function circleFor(frames: number, { padding }: TimeWindow): number {
  return frames + padding + ((frames + padding + 1) % 2);
}

function productsFor(circle: number): number {
  return 1 + (3 * (circle - 1)) / 2;
}

function transforms(frames: number, window: TimeWindow): Transforms {
  const { kernel, stride, padding, dilation } = window;
  const circle = circleFor(frames, window);
  const products = productsFor(circle);
  const after = framesAfter(frames, window);
  const ofFrames = new Float32Array(products * frames);
  const ofKernel = new Float32Array(products * kernel);
  const toFrames = new Float32Array(after * products);
  /** e^(±2πi·f·t/L) as real part, imaginary part and their sum: the factors of Karatsuba's three products. */
  const put = (
    out: Float32Array,
    columns: number,
    column: number,
    time: number,
    sign: 1 | -1,
  ): void => {
    out[column] = 1;
    for (let f = 1; 2 * f < circle; f++) {
      const angle = (2 * Math.PI * f * time) / circle;
      const [real, imaginary] = [Math.cos(angle), sign * Math.sin(angle)];
      out.set([real], (3 * f - 2) * columns + column);
      out.set([imaginary], (3 * f - 1) * columns + column);
      out.set([real + imaginary], 3 * f * columns + column);
    }
  };
  for (let t = 0; t < frames; t++) put(ofFrames, frames, t, t, -1);
  // The opposite sign, because this is a cross-correlation: the kernel is not reversed in time.
  for (let k = 0; k < kernel; k++) put(ofKernel, kernel, k, k * dilation - padding, 1);
  for (let t = 0; t < after; t++) {
    toFrames[t * products] = 1 / circle;
    for (let f = 1; 2 * f < circle; f++) {
      const angle = (2 * Math.PI * f * t * stride) / circle;
      const [real, imaginary] = [(2 * Math.cos(angle)) / circle, (2 * Math.sin(angle)) / circle];
      // With the products p, q, r, the real part is p − q and the imaginary part r − p − q.
      toFrames.set([real + imaginary, imaginary - real, -imaginary], t * products + 3 * f - 2);
    }
  }
  return { products, ofFrames, ofKernel, toFrames };
}

/** The matrix, or its transpose, times the frames of `[N, T, V, C]`: `[P, N·V, C]`. */
function mixFrames(matrix: tf.Tensor2D, x: tf.Tensor4D, transposed: boolean): tf.Tensor3D {
  const [, frames, , channels] = x.shape;
  return tf.tidy(() => {
    const rows = tf.reshape<tf.Rank.R2>(tf.transpose(x, [1, 0, 2, 3]), [frames, -1]);
    const mixed = tf.matMul(matrix, rows, transposed, false);
    return tf.reshape<tf.Rank.R3>(mixed, [mixed.shape[0], -1, channels]);
  });
}

/** The matrix, or its transpose, times `[P, N·V, C]`, as clips `[N, T', V, C]`. */
function toClips(
  matrix: tf.Tensor2D,
  mixed: tf.Tensor3D,
  [clips, , joints]: readonly number[],
  transposed: boolean,
): tf.Tensor4D {
  const [products, , channels] = mixed.shape;
  return tf.tidy(() => {
    const rows = tf.matMul(
      matrix,
      tf.reshape<tf.Rank.R2>(mixed, [products, -1]),
      transposed,
      false,
    );
    const frames = tf.reshape(rows, [-1, clips as number, joints as number, channels]);
    return tf.transpose<tf.Tensor4D>(frames as tf.Tensor4D, [1, 0, 2, 3]);
  });
}
