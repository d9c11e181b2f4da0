import * as tf from '@tensorflow/tfjs-core';
import {
  type AfterNorm,
  batchNorm,
  type Initializer,
  mergeParams,
  type Mode,
  type Params,
  prefixed,
  temporalConvolution,
} from '@halp/nn';
import type { Random } from '@halp/random';
import { fanOutNormal, zeros } from '../initial-values.ts';

/** Sizes of {@link convolutionNorm}. */
export interface ConvolutionNormOptions {
  readonly inputs: number;
  readonly outputs: number;
  /** Frames that one output sees; 1 unless given. */
  readonly kernel?: number;
  /** Frames from one output to the next; 1 unless given. */
  readonly stride?: number;
  /** Frames from one that an output sees to the next; 1 unless given. */
  readonly dilation?: number;
  /** What the two layers are called; `conv` and `bn` unless given. */
  readonly names?: readonly [convolution: string, norm: string];
  /** How the normalisation's weight starts; ones unless given. */
  readonly scaleInit?: Initializer;
}

/** A layer of `[N, T, V, C]` with a normalisation at its end. */
export interface ConvolutionNorm {
  readonly params: Params;
  readonly buffers: Params;
  apply(x: tf.Tensor4D, mode: Mode, after?: AfterNorm<tf.Tensor4D>): tf.Tensor4D;
}

/**
 * BN(W x + b) with a convolution over frames, `[N, T, V, inputs]` to `[N, ⌈T/stride⌉, V, outputs]`; what follows the
 * normalisation may be joined to it.
 *
 * The convolution starts with {@link fanOutNormal} and a bias of zeros.
 *
 * @param rng - forked by layer; itself not drawn from.
 */
export function convolutionNorm(
  {
    inputs,
    outputs,
    kernel = 1,
    stride = 1,
    dilation = 1,
    names: [convolution, norm] = ['conv', 'bn'],
    scaleInit,
  }: ConvolutionNormOptions,
  rng: Random,
): ConvolutionNorm {
  const conv = temporalConvolution(
    { inputs, outputs, kernel, stride, dilation, weightInit: fanOutNormal, biasInit: zeros },
    rng.fork(convolution),
  );
  const bn = batchNorm({ features: outputs });
  if (scaleInit !== undefined) {
    const { weight } = bn.params as { weight: tf.Variable };
    tf.tidy(() => weight.assign(scaleInit([outputs], rng.fork(norm))));
  }
  return {
    params: mergeParams(prefixed(convolution, conv.params), prefixed(norm, bn.params)),
    buffers: prefixed(norm, bn.buffers),
    apply: (x, mode, after) => bn.applyTo((map) => conv.apply(x, mode, map), mode, after),
  };
}
