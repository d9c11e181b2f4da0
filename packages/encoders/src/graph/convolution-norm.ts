import * as tf from '@tensorflow/tfjs-core';
import {
  batchNorm,
  type Epilogue,
  type Initializer,
  mergeParams,
  type Params,
  type Pass,
  prefixed,
  temporalConvolution,
} from '@halp/nn';
import type { Random } from '@halp/random';
import { fanOutNormal, zeros } from '../initial-values.ts';

/** Sizes of {@link convolutionNorm}. */
export interface ConvolutionNormOptions {
  readonly inputs: number;
  readonly outputs: number;
  /** Frames that one output sees. Default: 1. */
  readonly kernel?: number;
  /** Frames between consecutive outputs. Default: 1. */
  readonly stride?: number;
  /** Frames between consecutive taps of the kernel. Default: 1. */
  readonly dilation?: number;
  /** The names of the two layers. Default: `conv` and `bn`. */
  readonly names?: readonly [convolution: string, norm: string];
  /** Initial weight of the normalisation. Default: ones. */
  readonly scaleInit?: Initializer;
}

/** A layer of `[N, T, V, C]` that ends with a normalisation. */
export interface ConvolutionNorm {
  readonly params: Params;
  readonly buffers: Params;
  apply(x: tf.Tensor4D, pass: Pass, epilogue?: Epilogue<tf.Tensor4D>): tf.Tensor4D;
}

/**
 * BN(W x + b) with a convolution over frames, `[N, T, V, inputs]` to `[N, ⌈T/stride⌉, V, outputs]`; a sum
 * and a ReLU can follow in the same operation.
 *
 * Initial weights are {@link fanOutNormal}, the initial bias is zero.
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
    apply: (x, pass, epilogue) => bn.applyTo((map) => conv.apply(x, pass, map), pass, epilogue),
  };
}
