import type { Random } from '@halp/random';
import {
  expectOptions,
  expectPositiveIntegers,
  expectRandom,
  type OptionNames,
} from '@halp/random/check';
import {
  type TemporalConvolution,
  temporalConvolution,
  type TemporalConvolutionOptions,
} from './temporal.ts';

/** Sizes and kind of a {@link pointwiseConvolution}. */
export type PointwiseConvolutionOptions = Omit<
  TemporalConvolutionOptions,
  'kernel' | 'dilation' | 'padding'
>;

const optionNames: OptionNames<PointwiseConvolutionOptions> = {
  inputs: true,
  outputs: true,
  stride: true,
  bias: true,
  weightInit: true,
  biasInit: true,
};

/**
 * A convolution that sees one frame of one joint at a time, `[N, T, V, I]` to `[N, ⌈T/stride⌉, V, O]`, as PyTorch's
 * `Conv2d(I, O, 1, stride=(stride, 1))` on `[N, I, T, V]`: y = W x + b.
 *
 * Names: `weight` `[O, I, 1, 1]`, `bias` `[O]`.
 *
 * @param rng - forked by parameter name; itself not drawn from.
 * @throws RangeError if a size is not a positive integer; `apply` throws if the input has another shape.
 */
export function pointwiseConvolution(
  options: PointwiseConvolutionOptions,
  rng: Random,
): TemporalConvolution {
  const {
    inputs,
    outputs,
    stride = 1,
  } = expectOptions('pointwiseConvolution', options, optionNames);
  expectPositiveIntegers('pointwiseConvolution', { inputs, outputs, stride });
  expectRandom('pointwiseConvolution', rng);
  return temporalConvolution({ ...options, kernel: 1 }, rng);
}
