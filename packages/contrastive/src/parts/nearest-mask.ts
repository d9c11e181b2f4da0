import * as tf from '@tensorflow/tfjs-core';

/**
 * A mask `[N, K]`: 1 for the `count` largest entries of each row, 0 for the others. Every row has exactly `count` ones,
 * even with equal entries; if `count` >= K, all entries are 1.
 *
 * It is a constant without a gradient. It is a mask rather than indices, because gathering has no gradient on some
 * backends.
 *
 * @param similarities - `[N, K]`.
 */
export function nearestMask(similarities: tf.Tensor2D, count: number): tf.Tensor2D {
  const [n, k] = similarities.shape;
  if (count >= k) return tf.ones([n, k]);
  return tf.tidy(() => {
    const { indices } = tf.topk(similarities, count, false);
    const rows = tf.tile(tf.reshape(tf.range(0, n, 1, 'int32'), [n, 1]), [1, count]);
    const places = tf.reshape(tf.stack([rows, indices], 2), [n * count, 2]);
    return tf.scatterND<tf.Rank.R2>(places, tf.ones([n * count]), [n, k]);
  });
}
