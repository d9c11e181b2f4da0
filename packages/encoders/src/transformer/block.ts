import * as tf from '@tensorflow/tfjs-core';
import {
  gelu,
  layerNorm,
  linear,
  mergeParams,
  type Pass,
  multiHeadAttention,
  type Params,
  prefixed,
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
 * Names: `norm1.*`, `attn.qkv.*`, `attn.proj.*`, `norm2.*`, `mlp.fc1.*`, `mlp.fc2.*`. Initial weights are
 * Xavier-uniform, biases 0.
 *
 * @param rng - forked by layer; itself not drawn from.
 */
export function transformerBlock(
  { features, heads, hidden }: TransformerBlockOptions,
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
  return {
    params: mergeParams(
      ...Object.entries(layers).map(([name, { params }]) => prefixed(name, params)),
    ),
    buffers: {},
    apply: (x, pass) =>
      tf.tidy(() => {
        const y = tf.add<tf.Tensor3D>(x, layers.attn.apply(layers.norm1.apply(x, pass), pass));
        const rows = tf.reshape<tf.Rank.R2>(layers.norm2.apply(y, pass), [-1, features]);
        const units = gelu(layers['mlp.fc1'].apply(rows, pass));
        return tf.add<tf.Tensor3D>(y, tf.reshape(layers['mlp.fc2'].apply(units, pass), y.shape));
      }),
  };
}
