import * as tf from '@tensorflow/tfjs-core';
import { batchNorm, mergeParams, type Pass, prefixed } from '@halp/nn';
import type { Random } from '@halp/random';
import { normal } from '../initial-values.ts';
import { type ConvolutionNorm, convolutionNorm } from './convolution-norm.ts';
import type { JointLayer } from './graph-network.ts';
import { maxOverFrames } from './max-over-frames.ts';

/** Sizes of a {@link multiScaleConvolution}. */
export interface MultiScaleConvolutionOptions {
  readonly inputs: number;
  /** A multiple of 4. */
  readonly outputs: number;
  /** Kernel size of the first two branches, in frames, odd. */
  readonly kernel: number;
  /** Frames between consecutive outputs. */
  readonly stride: number;
}

/** Dilations of the first two branches. */
const DILATIONS = [1, 2] as const;

/**
 * The multi-scale temporal convolution of CTR-GCN (Chen et al., ICCV 2021; `MultiScale_TemporalConv` in the authors'
 * model/ctrgcn.py),
 * `[N, T, V, inputs]` to `[N, ⌈T/stride⌉, V, outputs]`: four concatenated branches of outputs / 4 channels. Each
 * starts with a pointwise reduction to outputs / 4 channels. The first two continue with convolutions over frames, with
 * dilations 1 and 2; the third with a max pooling over three frames; the fourth is the reduction only.
 *
 * Names: `branches.<b>.0.*` and `.1.*` (reduction and its normalisation), `branches.<0|1>.3.*` (`conv`, `bn`),
 * `branches.2.4.*` (normalisation after the max pooling). Initial weights of normalisations are N(1, 0.02²), as in the authors' code.
 *
 * @param rng - forked by layer; itself not drawn from.
 */
export function multiScaleConvolution(
  { inputs, outputs, kernel, stride }: MultiScaleConvolutionOptions,
  rng: Random,
): JointLayer {
  const size = outputs / 4;
  const scaleInit = normal(0.02, 1);
  const reduce = (branch: number, stride = 1): ConvolutionNorm =>
    convolutionNorm(
      { inputs, outputs: size, stride, names: ['0', '1'], scaleInit },
      rng.fork(`branches.${branch}`),
    );
  const dilated = DILATIONS.map((dilation, i) => ({
    reduction: reduce(i),
    temporal: convolutionNorm(
      { inputs: size, outputs: size, kernel, stride, dilation, scaleInit },
      rng.fork(`branches.${i}.3`),
    ),
  }));
  const pooled = { reduction: reduce(2), norm: batchNorm({ features: size }) };
  tf.tidy(() => pooled.norm.params['weight']?.assign(scaleInit([size], rng.fork('branches.2.4'))));
  const plain = reduce(3, stride);
  const named = [
    ...dilated.flatMap(({ reduction, temporal }, i) => [
      [`branches.${i}`, reduction] as const,
      [`branches.${i}.3`, temporal] as const,
    ]),
    ['branches.2', pooled.reduction] as const,
    ['branches.2.4', pooled.norm] as const,
    ['branches.3', plain] as const,
  ];
  return {
    params: mergeParams(...named.map(([name, { params }]) => prefixed(name, params))),
    buffers: mergeParams(...named.map(([name, { buffers }]) => prefixed(name, buffers))),
    apply: (x, pass: Pass) =>
      tf.tidy(() => {
        const largest = maxOverFrames(pooled.reduction.apply(x, pass, { relu: true }), stride);
        const branches = [
          ...dilated.map(({ reduction, temporal }) =>
            temporal.apply(reduction.apply(x, pass, { relu: true }), pass),
          ),
          pooled.norm.apply(largest, pass),
          plain.apply(x, pass),
        ];
        return tf.concat(branches, 3);
      }),
  };
}
