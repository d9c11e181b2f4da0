import * as tf from '@tensorflow/tfjs-core';
import type { Random } from '@halp/random';
import { expectOptions, expectRandom, type OptionNames } from '@halp/random/check';
import { expectPositiveIntegers, expectShape } from '../check.ts';
import { fanInUniform, type Initializer } from './initializers.ts';
import type { Layer } from './layer.ts';
import { disposeParams, ownedVariable } from './params.ts';
import { expectPass } from './pass.ts';

/** Sizes and initial values of a {@link linear} layer. */
export interface LinearOptions {
  /** Features of a row of the input. */
  readonly inputs: number;
  /** Features of a row of the output. */
  readonly outputs: number;
  /** Initial values of `weight`. Default: PyTorch's U(-1/√inputs, 1/√inputs). */
  readonly weightInit?: Initializer;
  /** Initial values of `bias`. Default: PyTorch's U(-1/√inputs, 1/√inputs). */
  readonly biasInit?: Initializer;
}

const optionNames: OptionNames<LinearOptions> = {
  inputs: true,
  outputs: true,
  weightInit: true,
  biasInit: true,
};

/**
 * The layer y = x Wᵀ + b, `[R, inputs]` to `[R, outputs]`, with `weight` `[outputs, inputs]` and `bias` `[outputs]`.
 *
 * @param rng - forked by parameter name; itself not drawn from.
 * @throws RangeError if a size is not a positive integer; `apply` throws if the input has another shape.
 *
 * @example
 * ```ts
 * const layer = linear({ inputs: 256, outputs: 10 }, createRandom(0));
 * const logits = layer.apply(features, { mode: 'eval' });
 * ```
 */
export function linear(options: LinearOptions, rng: Random): Layer<tf.Tensor2D, tf.Tensor2D> {
  const { inputs, outputs } = expectOptions('linear', options, optionNames);
  expectPositiveIntegers('linear', { inputs, outputs });
  expectRandom('linear', rng);
  const { weightInit = fanInUniform(inputs), biasInit = fanInUniform(inputs) } = options;
  const weight = ownedVariable(weightInit([outputs, inputs], rng.fork('weight')));
  const bias = ownedVariable(biasInit([outputs], rng.fork('bias')));
  const params = { weight, bias };
  return {
    params,
    buffers: {},
    apply(x, pass) {
      expectPass('linear', pass);
      expectShape('linear', x, [null, inputs], '[R, inputs]');
      return tf.tidy(() =>
        tf.add<tf.Tensor2D>(tf.matMul(x, weight as tf.Tensor2D, false, true), bias),
      );
    },
    dispose: () => disposeParams(params),
  };
}
