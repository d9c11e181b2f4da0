import * as tf from '@tensorflow/tfjs-core';
import type { BatchNorm, Pass } from '@halp/nn';

/**
 * The persons of clips `[N, C, T, V, M]` as rows `[N·M, T, V, C]`, with each number normalised by the statistics of its
 * person index, joint and coordinate over clips and frames.
 *
 * @param norm - a normalisation of M·V·C features, index (m·V + v)·C + c, as `BatchNorm1d(M * V * C)` in the code of
 * 2s-AGCN and CTR-GCN; in `jointRows`, as in ST-GCN, persons share the statistics.
 */
export function personRows(norm: BatchNorm, x: tf.Tensor5D, pass: Pass): tf.Tensor4D {
  const [clips, channels, frames, joints, persons] = x.shape;
  return tf.tidy(() => {
    const rows = tf.reshape<tf.Rank.R2>(tf.transpose(x, [0, 2, 4, 3, 1]), [
      clips * frames,
      persons * joints * channels,
    ]);
    const ofFrames = tf.reshape(norm.apply(rows, pass), [clips, frames, persons, joints, channels]);
    return tf.reshape(tf.transpose(ofFrames, [0, 2, 1, 3, 4]), [
      clips * persons,
      frames,
      joints,
      channels,
    ]);
  });
}
