import * as tf from '@tensorflow/tfjs-core';
import {
  batchNorm,
  childPass,
  expectPass,
  type Layer,
  linear,
  mergeParams,
  prefixed,
} from '@halp/nn';
import type { Random } from '@halp/random';
import {
  expectArray,
  expectOptions,
  expectPositiveIntegers,
  expectRandom,
  type OptionNames,
} from '@halp/random/check';

/** Sizes of an {@link mlp}. */
export interface MlpOptions {
  /** Features of a row of the input. */
  readonly inputs: number;
  /** Units of each hidden layer, from the input to the output; an empty list gives one linear layer. */
  readonly hidden: readonly number[];
  /** Features of a row of the output. */
  readonly outputs: number;
}

const optionNames: OptionNames<MlpOptions> = {
  inputs: true,
  hidden: true,
  outputs: true,
};

/**
 * A projector or predictor: Linear, BatchNorm and ReLU for every hidden layer, then Linear; `[N, inputs]` to `[N,
 * outputs]`.
 *
 * Names are those of PyTorch's `Sequential` of these layers: `0.*` Linear, `1.*` BatchNorm, (2 ReLU), `3.*` Linear,
 * and so on.
 *
 * @param rng - forked by layer; itself not drawn from.
 * @throws RangeError if a size is not a positive integer.
 * @remarks Barlow Twins has no biases in its linear layers, VICReg none in the last one. Here every linear layer has a
 * bias: before a BatchNorm it has no effect, and its gradient is only a rounding error.
 *
 * @example
 * ```ts
 * const projector = mlp({ inputs: 256, hidden: [512, 512], outputs: 512 }, createRandom(0));
 * ```
 */
export function mlp(options: MlpOptions, rng: Random): Layer<tf.Tensor2D, tf.Tensor2D> {
  const { inputs, hidden, outputs } = expectOptions('mlp', options, optionNames);
  expectArray('mlp', 'hidden to be an array of widths', hidden);
  expectPositiveIntegers('mlp', { inputs, outputs });
  for (const units of hidden) expectPositiveIntegers('mlp', { 'each of hidden': units });
  expectRandom('mlp', rng);
  const layers: (Layer<tf.Tensor2D, tf.Tensor2D> | 'relu')[] = [];
  const dispose = (): void => {
    for (const layer of layers) if (layer !== 'relu') layer.dispose();
  };
  const name = (): string => String(layers.length);
  try {
    let width = inputs;
    for (const units of hidden) {
      layers.push(linear({ inputs: width, outputs: units }, rng.fork(name())));
      layers.push(batchNorm({ features: units }));
      layers.push('relu');
      width = units;
    }
    layers.push(linear({ inputs: width, outputs }, rng.fork(name())));
  } catch (error) {
    dispose();
    throw error;
  }
  const named = layers.flatMap((layer, i) => (layer === 'relu' ? [] : [[`${i}`, layer] as const]));
  return {
    params: mergeParams(...named.map(([prefix, layer]) => prefixed(prefix, layer.params))),
    buffers: mergeParams(...named.map(([prefix, layer]) => prefixed(prefix, layer.buffers))),
    apply(x, pass) {
      expectPass('mlp', pass);
      return tf.tidy(() =>
        layers.reduce<tf.Tensor2D>(
          (rows, layer, i) =>
            layer === 'relu' ? tf.relu(rows) : layer.apply(rows, childPass(pass, `${i}`)),
          x,
        ),
      );
    },
    dispose,
  };
}
