import * as tf from '@tensorflow/tfjs-core';
import type { BatchNorm, Pass } from '@halp/nn';

/**
 * The persons of clips `[N, C, T, V, M]` as rows `[N·M, T, V, C]`, with each number normalised by the statistics of its
 * joint and coordinate over clips, persons and frames.
 *
 * @param norm - a normalisation of V·C features, index v·C + c, as `BatchNorm1d(V * C)` in the code of ST-GCN.
 */
export function jointRows(norm: BatchNorm, x: tf.Tensor5D, pass: Pass): tf.Tensor4D {
  const [clips, channels, frames, joints, persons] = x.shape;
  return tf.tidy(() => {
    const rows = tf.reshape<tf.Rank.R2>(tf.transpose(x, [0, 4, 2, 3, 1]), [
      clips * persons * frames,
      joints * channels,
    ]);
    return tf.reshape(norm.apply(rows, pass), [clips * persons, frames, joints, channels]);
  });
}
