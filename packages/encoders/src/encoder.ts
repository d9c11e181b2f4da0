import type * as tf from '@tensorflow/tfjs-core';
import type { Layer, Pass } from '@halp/nn';

/** A network from clips `[N, C, T, V, M]` to features `[N, D]`. */
export interface Encoder extends Layer<tf.Tensor5D, tf.Tensor2D> {
  /** D: the size of a feature. */
  readonly featureSize: number;
  /** The parts of a transformer, for objectives that mask tokens. Default: the encoder has no tokens. */
  readonly tokens?: TokenEncoder | undefined;
}

/**
 * A transformer encoder in parts, on the variables of the encoder: objectives such as masked prediction drop or replace
 * tokens between them.
 *
 * A row is one person of a clip, R = N·M rows by clip, then person. It has L = T/segment · V tokens of D numbers: token
 * s·V + v is joint v in segment s. The caller owns every result.
 */
export interface TokenEncoder {
  /** Frames of a token. */
  readonly segment: number;
  /** Most frames of a clip, a multiple of `segment`. */
  readonly frames: number;
  /** Number of blocks. */
  readonly blocks: number;
  /**
   * The tokens of clips, with their position embeddings: `[N, C, T, V, M]` to `[R, L, D]`.
   *
   * @param x - the clips; the caller keeps them.
   */
  embed(x: tf.Tensor5D): tf.Tensor3D;
  /**
   * The position embeddings alone, `[1, L, D]`.
   *
   * @param frames - T, a multiple of `segment`.
   */
  positions(frames: number): tf.Tensor3D;
  /**
   * The output of every block, from the first to the last, `[R, K, D]` each.
   *
   * @param tokens - `[R, K, D]`, any subset of the tokens in any order: blocks distinguish them by their embeddings only.
   * @param pass - a block draws from the fork that it gets in the encoder's `apply`.
   */
  blockOutputs(tokens: tf.Tensor3D, pass: Pass): tf.Tensor3D[];
  /** The output of the last block after the last normalisation, `[R, K, D]`. The feature is its mean over tokens and persons. */
  encode(tokens: tf.Tensor3D, pass: Pass): tf.Tensor3D;
}
