import * as tf from '@tensorflow/tfjs-core';
import { transformerBlock } from '@halp/encoders';
import {
  childPass,
  disposeParams,
  type Initializer,
  layerNorm,
  linear,
  mergeParams,
  ownedVariable,
  type Params,
  type Pass,
  placeTokens,
  prefixed,
  xavierUniform,
} from '@halp/nn';
import type { Random } from '@halp/random';

/** Sizes of a {@link tokenDecoder}. */
export interface TokenDecoderOptions {
  /** Features of a token of the encoder. */
  readonly inputs: number;
  /** Features of a token of the decoder. */
  readonly width: number;
  /** Blocks. */
  readonly depth: number;
  /** Heads of each attention; divides the width. */
  readonly heads: number;
  /** S: segments of the longest clip. */
  readonly segments: number;
  /** V: joints. */
  readonly joints: number;
  /** Predicted numbers of a token. */
  readonly outputs: number;
}

/** The decoder of masked prediction. */
export interface TokenDecoder {
  /** `embed.*`, `mask_token`, `temp_embed`, `pos_embed`, `blocks.<b>.*`, `norm.*`, `pred.*`. */
  readonly params: Params;
  /**
   * A prediction for each of L tokens, `[R, L, outputs]`.
   *
   * @param visible - `[R, K, inputs]`, the output of the encoder.
   * @param positions - `[R, K]` int32, where each of them belongs.
   * @param length - L, a multiple of V.
   */
  apply(visible: tf.Tensor3D, positions: tf.Tensor2D, length: number, pass: Pass): tf.Tensor3D;
  /** Disposes `params`. */
  dispose(): void;
}

const zeros: Initializer = (shape) => tf.zeros([...shape]);
/** N(0, 0.02²), as for the embeddings of the encoder. */
const embedding: Initializer = (shape, rng) =>
  tf.tensor(
    Float32Array.from({ length: tf.util.sizeFromShape([...shape]) }, () => 0.02 * rng.normal()),
    [...shape],
  );

/**
 * The decoder of masked autoencoders (He et al., CVPR 2022) for tokens of a skeleton, as MAMP describes it: the
 * visible tokens, mapped to the decoder's width, take their places among copies of a learned mask token; an embedding of
 * the segment and one of the joint are added to every token; transformer blocks, a normalisation and a linear
 * layer follow.
 *
 * @param rng - forked by layer; itself not drawn from.
 */
export function tokenDecoder(sizes: TokenDecoderOptions, rng: Random): TokenDecoder {
  const { inputs, width, depth, heads, segments, joints, outputs } = sizes;
  const inits = { weightInit: xavierUniform, biasInit: zeros };
  const embed = linear({ inputs, outputs: width, ...inits }, rng.fork('embed'));
  const pred = linear({ inputs: width, outputs, ...inits }, rng.fork('pred'));
  const norm = layerNorm({ features: width });
  const block = { features: width, heads, hidden: 4 * width };
  const blocks = Array.from({ length: depth }, (_, b) =>
    transformerBlock(block, rng.fork(`blocks.${b}`)),
  );
  const own = {
    mask_token: ownedVariable(embedding([1, 1, width], rng.fork('mask_token'))),
    temp_embed: ownedVariable(embedding([1, segments, 1, width], rng.fork('temp_embed'))),
    pos_embed: ownedVariable(embedding([1, 1, joints, width], rng.fork('pos_embed'))),
  };
  const params = mergeParams(
    own,
    prefixed('embed', embed.params),
    ...blocks.map((each, b) => prefixed(`blocks.${b}`, each.params)),
    prefixed('norm', norm.params),
    prefixed('pred', pred.params),
  );
  return {
    params,
    apply: (visible, positions, length, pass) =>
      tf.tidy(() => {
        const [rows, kept] = visible.shape;
        const flat = tf.reshape<tf.Rank.R2>(visible, [rows * kept, inputs]);
        const mapped = tf.reshape<tf.Rank.R3>(embed.apply(flat, pass), [rows, kept, width]);
        const isVisible = placeTokens(tf.ones([rows, kept, 1]), positions, length);
        const masks = tf.mul(tf.sub(1, isVisible), own.mask_token);
        const times = tf.slice(own.temp_embed, [0, 0, 0, 0], [1, length / joints, 1, width]);
        const places = tf.reshape(tf.add(times, own.pos_embed), [1, length, width]);
        let y = tf.add<tf.Tensor3D>(tf.add(placeTokens(mapped, positions, length), masks), places);
        for (const [b, each] of blocks.entries()) y = each.apply(y, childPass(pass, `blocks.${b}`));
        const last = tf.reshape<tf.Rank.R2>(norm.apply(y, pass), [rows * length, width]);
        return tf.reshape<tf.Rank.R3>(pred.apply(last, pass), [rows, length, outputs]);
      }),
    dispose: () => disposeParams(params),
  };
}
