import * as tf from '@tensorflow/tfjs-core';

/**
 * The motion of every token, `[N, C, T, V, M]` to `[R, L, C·segment]`: x[t + stride] − x[t], and 0 in the last `stride`
 * frames: the target of MAMP.
 *
 * Rows and tokens are ordered as in `TokenEncoder` of `@halp/encoders`: R = N·M by clip, then person; token s·V + v is joint
 * v in segment s. The numbers of a token have the coordinate as the outer axis.
 *
 * @param segment - frames of a token; divides T.
 * @param stride - frames between the two positions, in [1, T).
 */
export function motionTokens(x: tf.Tensor5D, segment: number, stride: number): tf.Tensor3D {
  const [n, c, t, v, m] = x.shape;
  if (!(stride < t)) {
    throw new RangeError(`motionTokens: expected stride in [1, ${t - 1}], got ${stride}`);
  }
  return tf.tidy(() => {
    const from = tf.slice(x, [0, 0, 0, 0, 0], [n, c, t - stride, v, m]);
    const to = tf.slice(x, [0, 0, stride, 0, 0], [n, c, t - stride, v, m]);
    const motion = tf.concat([tf.sub(to, from), tf.zeros([n, c, stride, v, m])], 2);
    const byPerson = tf.transpose(tf.reshape(motion, [n, c, t * v, m]), [0, 3, 1, 2]);
    const pieces = tf.reshape(byPerson, [n * m, c, t / segment, segment, v]);
    const tokens = tf.transpose(pieces, [0, 2, 4, 1, 3]);
    return tf.reshape<tf.Rank.R3>(tokens, [n * m, (t / segment) * v, c * segment]);
  });
}

/**
 * How much each token moves, as a fraction of the token of its row that moves most: `[R, L, F]` to `[R, L]` in [0, 1],
 * Σ|motion| / max over the row (0 if nothing moves).
 *
 * @remarks MAMP masks by the motion of a token; the quotient is ours, so that the probabilities do not depend on
 * the unit of the coordinates.
 */
export function motionIntensity(motion: tf.Tensor3D): tf.Tensor2D {
  return tf.tidy(() => {
    const sums = tf.sum(tf.abs(motion), 2);
    return tf.divNoNan<tf.Tensor2D>(sums, tf.max(sums, 1, true));
  });
}

/** Added to the variance of a token, so that the noise of a joint at rest is not blown up. */
const EPSILON = 1e-6;

/**
 * The numbers of each token with mean 0 and variance 1, `[R, L, F]`: (x − mean) / √(variance + 1e-6), the mean and the variance
 * (divided by F) over the F numbers of the token.
 */
export function standardTokens(x: tf.Tensor3D): tf.Tensor3D {
  return tf.tidy(() => {
    const centred = tf.sub(x, tf.mean(x, 2, true));
    const variance = tf.mean(tf.square(centred), 2, true);
    return tf.div<tf.Tensor3D>(centred, tf.sqrt(tf.add(variance, EPSILON)));
  });
}
