import * as tf from '@tensorflow/tfjs-core';
import {
  childPass,
  disposeParams,
  dropout,
  expectPass,
  gelu,
  type Layer,
  layerNorm,
  linear,
  mergeParams,
  multiHeadAttention,
  prefixed,
  stochasticDepth,
  xavierUniform,
} from '@halp/nn';
import { expectShape } from '@halp/nn/check';
import type { Random } from '@halp/random';
import {
  expectOptions,
  expectPositiveIntegers,
  expectRandom,
  type OptionNames,
} from '@halp/random/check';
import { zeros } from '../initial-values.ts';

/** Sizes of a {@link transformerBlock}. */
export interface TransformerBlockOptions {
  /** D: features of a token. */
  readonly features: number;
  /** Heads of the attention; divides D. */
  readonly heads: number;
  /** Hidden units of the MLP. */
  readonly hidden: number;
  /**
   * Probability of a zero in the outputs of the attention's projection and of both layers of the MLP, in train mode.
   * Default: 0.
   */
  readonly dropout?: number | undefined;
  /** Probability that a branch is skipped for a person, in train mode. Default: 0. */
  readonly stochasticDepth?: number | undefined;
}

const optionNames: OptionNames<TransformerBlockOptions> = {
  features: true,
  heads: true,
  hidden: true,
  dropout: true,
  stochasticDepth: true,
};

/** A layer of tokens `[N, L, D]`. */
export type TransformerBlock = Layer<tf.Tensor3D, tf.Tensor3D>;

/**
 * x + attention(norm(x)), then y + W2 GELU(W1 norm(y) + b1) + b2: a pre-norm transformer block (Vaswani et al., NeurIPS 2017; Dosovitskiy et al., ICLR 2021, equations 2 and 3).
 *
 * In train mode, dropout is applied to the outputs of the attention, of the GELU and of the MLP, and stochastic depth to
 * both branches.
 *
 * Names: `norm1.*`, `attn.qkv.*`, `attn.proj.*`, `norm2.*`, `mlp.fc1.*`, `mlp.fc2.*`. Initial weights are
 * Xavier-uniform, biases 0.
 *
 * @param rng - forked by layer; itself not drawn from.
 * @throws RangeError if a size is not a positive integer, D is not a multiple of the heads or a probability is outside
 * [0, 1); `apply` throws if the input has another shape.
 *
 * @example
 * ```ts
 * const block = transformerBlock({ features: 64, heads: 4, hidden: 256 }, createRandom(0));
 * const y = block.apply(tokens, { mode: 'eval' }); // [N, L, 64] -> [N, L, 64]
 * ```
 */
export function transformerBlock(options: TransformerBlockOptions, rng: Random): TransformerBlock {
  const { features, heads, hidden, ...rates } = expectOptions(
    'transformerBlock',
    options,
    optionNames,
  );
  expectPositiveIntegers('transformerBlock', { features, heads, hidden });
  expectRandom('transformerBlock', rng);
  const inits = { weightInit: xavierUniform, biasInit: zeros };
  const layers = {
    norm1: layerNorm({ features }),
    attn: multiHeadAttention({ features, heads, ...inits }, rng.fork('attn')),
    norm2: layerNorm({ features }),
    'mlp.fc1': linear({ inputs: features, outputs: hidden, ...inits }, rng.fork('mlp.fc1')),
    'mlp.fc2': linear({ inputs: hidden, outputs: features, ...inits }, rng.fork('mlp.fc2')),
  };
  const drop = dropout({ probability: rates.dropout ?? 0 });
  const skip = stochasticDepth({ probability: rates.stochasticDepth ?? 0 });
  const params = mergeParams(
    ...Object.entries(layers).map(([name, layer]) => prefixed(name, layer.params)),
  );
  return {
    params,
    buffers: {},
    apply(x, pass) {
      expectPass('transformerBlock', pass);
      expectShape('transformerBlock', x, [null, null, features], '[N, L, features]');
      return tf.tidy(() => {
        const dropped = <T extends tf.Tensor>(z: T, name: string): T =>
          drop.apply(z, childPass(pass, name));
        const attended = layers.attn.apply(layers.norm1.apply(x, pass), pass);
        const first = skip.apply(
          dropped(attended, 'attn.proj_drop'),
          childPass(pass, 'drop_path1'),
        );
        const y = tf.add<tf.Tensor3D>(x, first);
        const rows = tf.reshape<tf.Rank.R2>(layers.norm2.apply(y, pass), [-1, features]);
        const units = dropped(gelu(layers['mlp.fc1'].apply(rows, pass)), 'mlp.drop1');
        const outputs = dropped(layers['mlp.fc2'].apply(units, pass), 'mlp.drop2');
        const second: tf.Tensor3D = tf.reshape(outputs, y.shape);
        return tf.add<tf.Tensor3D>(y, skip.apply(second, childPass(pass, 'drop_path2')));
      });
    },
    dispose: () => disposeParams(params),
  };
}
