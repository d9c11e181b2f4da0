import * as tf from '@tensorflow/tfjs-core';
import {
  childPass,
  dropout,
  gelu,
  layerNorm,
  linear,
  mergeParams,
  multiHeadAttention,
  type Params,
  type Pass,
  prefixed,
  stochasticDepth,
  xavierUniform,
} from '@halp/nn';
import type { Random } from '@halp/random';
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

/** A layer of tokens `[N, L, D]`. */
export interface TransformerBlock {
  readonly params: Params;
  readonly buffers: Params;
  apply(x: tf.Tensor3D, pass: Pass): tf.Tensor3D;
}

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
 */
export function transformerBlock(
  { features, heads, hidden, ...rates }: TransformerBlockOptions,
  rng: Random,
): TransformerBlock {
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
  return {
    params: mergeParams(
      ...Object.entries(layers).map(([name, { params }]) => prefixed(name, params)),
    ),
    buffers: {},
    apply: (x, pass) =>
      tf.tidy(() => {
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
      }),
  };
}
