import * as tf from '@tensorflow/tfjs-core';
import { fanInUniform, type Initializer, ownedVariable, type Params } from '@halp/nn';
import type { Random } from '@halp/random';
import { type ClipSizes, expectClips } from '../check.ts';
import { normal } from '../initial-values.ts';

/** Sizes of a {@link tokenEmbedding}. */
export interface TokenEmbeddingSizes extends ClipSizes {
  /** Most frames of a clip, a multiple of `segment`. */
  readonly frames: number;
  /** Frames of a token. */
  readonly segment: number;
  /** D: features of a token. */
  readonly width: number;
}

/** From clips to tokens. */
export interface TokenEmbedding {
  /** `joints_embed.proj.*`, `temp_embed`, `pos_embed`. */
  readonly params: Params;
  /** `embed` of `TokenEncoder`. */
  embed(x: tf.Tensor5D): tf.Tensor3D;
  /** `positions` of `TokenEncoder`. */
  positions(frames: number): tf.Tensor3D;
}

/**
 * The tokens of a skeleton transformer: W·(the coordinates of a joint in a segment) + b plus an embedding of the joint and
 * one of the segment (MAMP, section 3; names and initial values as `skeletonTransformer` says).
 *
 * @param caller - the encoder, for error messages.
 * @param rng - forked by parameter name; itself not drawn from.
 */
export function tokenEmbedding(
  caller: string,
  sizes: TokenEmbeddingSizes,
  rng: Random,
): TokenEmbedding {
  const { joints, persons, channels, frames, segment, width } = sizes;
  const start = (init: Initializer, name: string, shape: readonly number[]): tf.Variable =>
    ownedVariable(init(shape, rng.fork(name)));
  const byFanIn = fanInUniform(channels * segment);
  const own = {
    'joints_embed.proj.weight': start(byFanIn, 'joints_embed.proj.weight', [
      width,
      channels,
      segment,
      1,
    ]),
    'joints_embed.proj.bias': start(byFanIn, 'joints_embed.proj.bias', [width]),
    temp_embed: start(normal(0.02), 'temp_embed', [1, frames / segment, 1, width]),
    pos_embed: start(normal(0.02), 'pos_embed', [1, 1, joints, width]),
  };
  const segmentsOf = (length: number): number => {
    expectMultiple(caller, 'T', length, segment);
    if (length > frames) {
      throw new RangeError(`${caller}: expected at most ${frames} frames, got ${length}`);
    }
    return length / segment;
  };
  const ofSegments = (segments: number): tf.Tensor4D =>
    tf.slice(own.temp_embed as tf.Tensor4D, [0, 0, 0, 0], [1, segments, 1, width]);
  return {
    params: own,
    embed(x) {
      expectClips(caller, x, sizes);
      const [clips, , length] = x.shape;
      const segments = segmentsOf(length);
      return tf.tidy(() => {
        const rows = segmentRows(x, segments);
        const matrix = tf.reshape<tf.Rank.R2>(own['joints_embed.proj.weight'], [
          width,
          channels * segment,
        ]);
        const tokens = tf.reshape(tf.matMul(rows, matrix, false, true), [
          clips * persons,
          segments,
          joints,
          width,
        ]);
        const placed = tf.add(
          tf.add(tokens, tf.add(own.pos_embed, own['joints_embed.proj.bias'])),
          ofSegments(segments),
        );
        return tf.reshape<tf.Rank.R3>(placed, [clips * persons, segments * joints, width]);
      });
    },
    positions(length) {
      const segments = segmentsOf(length);
      return tf.tidy(() =>
        tf.reshape<tf.Rank.R3>(tf.add(own.pos_embed, ofSegments(segments)), [
          1,
          segments * joints,
          width,
        ]),
      );
    },
  };
}

/**
 * The coordinates of each token, `[N, C, T, V, M]` to `[N·M·L, C·segment]`. Columns have the coordinate as the outer
 * axis, the order of the weight's axes.
 */
function segmentRows(x: tf.Tensor5D, segments: number): tf.Tensor2D {
  const [clips, channels, length, joints, persons] = x.shape;
  const segment = length / segments;
  const pieces = tf.reshape(x, [clips, channels, segments, segment, joints * persons]);
  const byPerson = tf.reshape(tf.transpose(pieces, [0, 2, 4, 1, 3]), [
    clips,
    segments,
    joints,
    persons,
    channels * segment,
  ]);
  return tf.reshape<tf.Rank.R2>(tf.transpose(byPerson, [0, 3, 1, 2, 4]), [-1, channels * segment]);
}

/** @throws RangeError unless the value is a multiple of the divisor. */
export function expectMultiple(caller: string, name: string, value: number, divisor: number): void {
  if (value % divisor !== 0) {
    throw new RangeError(
      `${caller}: expected ${name} to be a multiple of ${divisor}, got ${value}`,
    );
  }
}
