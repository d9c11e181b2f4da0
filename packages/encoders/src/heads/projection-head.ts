import * as tf from '@tensorflow/tfjs-core';
import {
  disposeParams,
  expectPass,
  type Layer,
  linear,
  mergeParams,
  prefixed,
  xavierUniform,
} from '@halp/nn';
import type { Random } from '@halp/random';
import {
  expectOptions,
  expectPositiveIntegers,
  expectRandom,
  type OptionNames,
} from '@halp/random/check';

/** Sizes of a {@link projectionHead}. */
export interface ProjectionHeadOptions {
  /** D of the features. */
  readonly inputs: number;
  /** Units of the hidden layer; the authors use as many as inputs. */
  readonly hidden: number;
  /** The size of an embedding, such as 128. */
  readonly outputs: number;
}

const optionNames: OptionNames<ProjectionHeadOptions> = {
  inputs: true,
  hidden: true,
  outputs: true,
};

/**
 * The projection head from feature to embedding: Linear, ReLU, Linear, `[N, inputs]` to `[N, outputs]`, not normalised.
 *
 * Names `0.*` and `2.*` (`fc.0.*` and `fc.2.*` under {@link withHead}). Initial weights are PyTorch's in the first layer and
 * Xavier-uniform in the second.
 *
 * @param rng - forked by layer; itself not drawn from.
 * @throws RangeError if a size is not a positive integer.
 */
export function projectionHead(
  options: ProjectionHeadOptions,
  rng: Random,
): Layer<tf.Tensor2D, tf.Tensor2D> {
  const { inputs, hidden, outputs } = expectOptions('projectionHead', options, optionNames);
  expectRandom('projectionHead', rng);
  expectPositiveIntegers('projectionHead', { inputs, hidden, outputs });
  const first = linear({ inputs, outputs: hidden }, rng.fork('0'));
  const second = linear({ inputs: hidden, outputs, weightInit: xavierUniform }, rng.fork('2'));
  const params = mergeParams(prefixed('0', first.params), prefixed('2', second.params));
  return {
    params,
    buffers: {},
    apply(x, pass) {
      expectPass('projectionHead', pass);
      return tf.tidy(() => second.apply(tf.relu(first.apply(x, pass)), pass));
    },
    dispose: () => disposeParams(params),
  };
}
