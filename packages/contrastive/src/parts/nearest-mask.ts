import * as tf from '@tensorflow/tfjs-core';

/**
 * 1 where an entry is among the `count` largest of its row, else 0, `[N, K]`: exactly `count` ones in
 * every row, also where entries are equal; all of them where `count` >= K.
 *
 * A constant: no gradient passes. As a mask rather than as indices, because gathering has no gradient
 * on every backend.
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
