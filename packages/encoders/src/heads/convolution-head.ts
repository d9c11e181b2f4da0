import * as tf from '@tensorflow/tfjs-core';
import { expectPass, type Initializer, type Layer, pointwiseConvolution } from '@halp/nn';
import type { Random } from '@halp/random';
import {
  expectOptions,
  expectPositiveIntegers,
  expectRandom,
  type OptionNames,
} from '@halp/random/check';

/** Sizes of a {@link convolutionHead}. */
export interface ConvolutionHeadOptions {
  /** D of the features. */
  readonly inputs: number;
  /** The number of classes, or the size of an embedding. */
  readonly outputs: number;
  /** Initial values of `weight`. Default: PyTorch's U(-1/√inputs, 1/√inputs). */
  readonly weightInit?: Initializer;
  /** Initial values of `bias`. Default: PyTorch's U(-1/√inputs, 1/√inputs). */
  readonly biasInit?: Initializer;
}

const optionNames: OptionNames<ConvolutionHeadOptions> = {
  inputs: true,
  outputs: true,
  weightInit: true,
  biasInit: true,
};

/**
 * The classifier of ST-GCN's checkpoints, y = W x + b, `[N, inputs]` to `[N, outputs]`, with `weight` stored as a 1×1
 * convolution, `[outputs, inputs, 1, 1]`, and `bias` `[outputs]`: `linear` with other shapes.
 *
 * The authors average over persons before this layer; averaging after it gives the same result.
 *
 * @param rng - forked by parameter name; itself not drawn from.
 * @throws RangeError if a size is not a positive integer; `apply` throws if the input has another shape.
 *
 * @example
 * ```ts
 * const network = withHead(encoder, convolutionHead({ inputs: 256, outputs: 60 }, rng)); // fc.weight, fc.bias
 * ```
 */
export function convolutionHead(
  options: ConvolutionHeadOptions,
  rng: Random,
): Layer<tf.Tensor2D, tf.Tensor2D> {
  const { inputs, outputs } = expectOptions('convolutionHead', options, optionNames);
  expectPositiveIntegers('convolutionHead', { inputs, outputs });
  expectRandom('convolutionHead', rng);
  const convolution = pointwiseConvolution(options, rng);
  return {
    ...convolution,
    apply(x, pass) {
      expectPass('convolutionHead', pass);
      if (x.shape.length !== 2 || x.shape[1] !== inputs) {
        throw new RangeError(
          `convolutionHead: expected [N, inputs] = [any, ${inputs}], got [${x.shape.join(', ')}]`,
        );
      }
      return tf.tidy(() => {
        const points = tf.reshape<tf.Rank.R4>(x, [x.shape[0], 1, 1, inputs]);
        return tf.reshape(convolution.apply(points, pass), [x.shape[0], outputs]);
      });
    },
  };
}
