import * as tf from '@tensorflow/tfjs-core';
import type { Random } from '@halp/random';
import { expectInteger, expectOptions, expectRandom, type OptionNames } from '@halp/random/check';
import { expectPositiveIntegers, expectShape } from '../check.ts';
import { fanInUniform, type Initializer } from '../layer/initializers.ts';
import type { Layer } from '../layer/layer.ts';
import { disposeParams, ownedVariable } from '../layer/params.ts';
import { expectPass, type Pass } from '../layer/pass.ts';
import type { FeatureMap } from '../norm/batch-norm.ts';
import { convolveTime } from './convolve-time.ts';
import { framesAfter } from './time-window.ts';

/** Sizes and kind of a {@link temporalConvolution}. */
export interface TemporalConvolutionOptions {
  /** I: channels of a joint. */
  readonly inputs: number;
  /** O: channels of the output. */
  readonly outputs: number;
  /** K: frames that one output sees, such as 9. */
  readonly kernel: number;
  /** Frames between consecutive outputs. Default: 1. */
  readonly stride?: number;
  /** Frames between consecutive taps of the kernel. Default: 1. */
  readonly dilation?: number;
  /** Zero frames before the first and after the last. Default: ⌊dilation·(K − 1)/2⌋, which keeps T at stride 1 with an odd K. */
  readonly padding?: number;
  /** Whether the layer has a `bias`. Default: true. */
  readonly bias?: boolean;
  /** Initial values of `weight`. Default: PyTorch's U(-1/√(I·K), 1/√(I·K)). */
  readonly weightInit?: Initializer;
  /** Initial values of `bias`. Default: U(-1/√(I·K), 1/√(I·K)). */
  readonly biasInit?: Initializer;
}

/** The {@link temporalConvolution} layer. */
export interface TemporalConvolution extends Layer<tf.Tensor4D, tf.Tensor4D> {
  /**
   * The convolved frames `[N, T', V, O]`, owned by the caller.
   *
   * @param x - `[N, T, V, I]`; stays the caller's.
   * @param pass - in either mode the layer computes the same.
   * @param map - a scale and a shift for each output channel, folded into the weights at no cost, such as a
   * normalisation in `eval` mode.
   */
  apply(x: tf.Tensor4D, pass: Pass, map?: FeatureMap): tf.Tensor4D;
}

const optionNames: OptionNames<TemporalConvolutionOptions> = {
  inputs: true,
  outputs: true,
  kernel: true,
  stride: true,
  dilation: true,
  padding: true,
  bias: true,
  weightInit: true,
  biasInit: true,
};

/**
 * A convolution over frames, the same for every joint, `[N, T, V, I]` to `[N, T', V, O]`, as PyTorch's
 * `Conv2d(I, O, (K, 1))` on `[N, I, T, V]`:
 * y[n, t, v, o] = b[o] + Σ_{k, i} w[o, i, k, 0] · x[n, t·stride + k·dilation − padding, v, i],
 * T' = ⌊(T + 2·padding − dilation·(K − 1) − 1) / stride⌋ + 1.
 *
 * Names: `weight` `[O, I, K, 1]`, `bias` `[O]`. Its gradients, of first order only, need no backward kernel of a
 * convolution, which WebAssembly lacks.
 *
 * @param rng - forked by parameter name; itself not drawn from.
 * @throws RangeError if a size is not a positive integer, or the padding is not an integer in [0, dilation·(K − 1)];
 * `apply` throws if the input has another shape or too few frames.
 *
 * @example
 * ```ts
 * const layer = temporalConvolution({ inputs: 64, outputs: 64, kernel: 9, stride: 2 }, createRandom(0));
 * const y = layer.apply(x, { mode: 'train', rng }); // [N, 50, V, 64] -> [N, 25, V, 64]
 * ```
 */
export function temporalConvolution(
  options: TemporalConvolutionOptions,
  rng: Random,
): TemporalConvolution {
  const {
    inputs,
    outputs,
    kernel,
    stride = 1,
    dilation = 1,
    padding = Math.floor((dilation * (kernel - 1)) / 2),
    bias = true,
    weightInit,
    biasInit,
  } = expectOptions('temporalConvolution', options, optionNames);
  expectPositiveIntegers('temporalConvolution', { inputs, outputs, kernel, stride, dilation });
  expectRandom('temporalConvolution', rng);
  expectInteger('temporalConvolution', 'padding', padding, 0, dilation * (kernel - 1));
  const byFanIn = fanInUniform(inputs * kernel);
  const window = { kernel, stride, padding, dilation };
  const weight = ownedVariable(
    (weightInit ?? byFanIn)([outputs, inputs, kernel, 1], rng.fork('weight')),
  );
  const params: Record<string, tf.Variable> = { weight };
  if (bias) params['bias'] = ownedVariable((biasInit ?? byFanIn)([outputs], rng.fork('bias')));
  return {
    params,
    buffers: {},
    apply(x, pass, map) {
      expectPass('temporalConvolution', pass);
      expectShape('temporalConvolution', x, [null, null, null, inputs], '[N, T, V, inputs]');
      if (framesAfter(x.shape[1], window) < 1) {
        throw new RangeError(
          `temporalConvolution: expected at least ${dilation * (kernel - 1) + 1 - 2 * padding} frames, got ${x.shape[1]}`,
        );
      }
      const filter = weight as unknown as tf.Tensor4D;
      return tf.tidy(() => {
        if (map === undefined) return convolveTime(x, filter, params['bias'], window);
        const scaled = tf.mul<tf.Tensor4D>(filter, tf.reshape(map.scale, [outputs, 1, 1, 1]));
        const bias = params['bias'] && tf.mul(params['bias'], map.scale);
        const shift = bias === undefined ? map.shift : tf.add(bias, map.shift);
        return convolveTime(x, scaled, shift, window);
      });
    },
    dispose: () => disposeParams(params),
  };
}
