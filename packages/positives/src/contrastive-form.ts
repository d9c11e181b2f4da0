import * as tf from '@tensorflow/tfjs-core';
import { withoutGradient } from '@halp/nn';
import type { PositiveDraws } from './draw-positives.ts';
import { type Boundary, combinations, diagnosticsOf } from './geodesic.ts';

/** What {@link contrastiveForm} returns: the loss, then the fraction kept, the mean angle and the mean hardness. */
export type FormResult = readonly [tf.Scalar, tf.Scalar, tf.Scalar, tf.Scalar];

/**
 * The mean over all kept positives z of -log( exp(q.z/T) / (exp(q.z/T) + sum_j exp(q.n_j/T)) ); 0 if none is kept.
 *
 * Computed as softplus(log sum_j exp(q.n_j/T) - q.z/T). No z is materialised: q.z = toAnchor q.k + toTarget q.ps.
 *
 * @param query - unit rows `[N, D]`; differentiable.
 * @param anchors - unit rows `[A, D]`, A a multiple of N: row i is an anchor of query i mod N. Constants.
 * @param prototypes - unit rows `[P, D]`, constants.
 * @param negatives - unit rows `[K, D]`, constants.
 * @param draws - A rows.
 */
export function contrastiveForm(
  query: tf.Tensor2D,
  anchors: tf.Tensor2D,
  prototypes: tf.Tensor2D,
  negatives: tf.Tensor2D,
  draws: PositiveDraws,
  { temperature, boundary }: { readonly temperature: number; readonly boundary: Boundary },
): FormResult {
  const [a, g] = draws.shape;
  const [n, p] = [query.shape[0], prototypes.shape[0]];
  if (p === 1) {
    const zero = (): tf.Scalar => tf.sum(tf.mul(query, 0));
    return [zero(), tf.scalar(0), tf.scalar(0), tf.scalar(0)];
  }
  // One tensor leaves the constant part: of each positive its weights of P prototypes, its weight of the anchor and
  // whether it is kept; behind them the three means.
  const made: tf.Tensor1D = withoutGradient(() =>
    weightsAndMeans(anchors, prototypes, draws, boundary),
  );
  const weights = tf.reshape(tf.slice1d(made, 0, a * g * (p + 2)), [a, g, p + 2]);
  const [kept, angle, hardness] = tf.unstack(tf.slice1d(made, a * g * (p + 2), 3)) as tf.Scalar[];
  const toPrototypes = tf.slice(weights, [0, 0, 0], [a, g, p]);
  const toAnchor = tf.reshape(tf.slice(weights, [0, 0, p], [a, g, 1]), [a, g]);
  const isKept = tf.reshape(tf.slice(weights, [0, 0, p + 1], [a, g, 1]), [a, g]);
  const scaled = tf.div(query, temperature);
  const repeated = (x: tf.Tensor): tf.Tensor => (a === n ? x : tf.tile(x, [a / n, 1]));
  const rows = repeated(scaled) as tf.Tensor2D;
  const withAnchor = tf.sum(tf.mul(rows, anchors), 1, true);
  const withPrototypes = tf.reshape(tf.matMul(rows, prototypes, false, true), [a, 1, p]);
  const similarity = tf.add(
    tf.mul(toAnchor, withAnchor),
    tf.sum(tf.mul(toPrototypes, withPrototypes), 2),
  );
  const others = tf.logSumExp(tf.matMul(scaled, negatives, false, true), 1, true);
  const losses = tf.softplus(tf.sub(repeated(others), similarity));
  const loss = tf.div<tf.Scalar>(tf.sum(tf.mul(isKept, losses)), tf.maximum(tf.sum(isKept), 1));
  return [loss, kept as tf.Scalar, angle as tf.Scalar, hardness as tf.Scalar];
}

/** `[A · G · (P + 2) + 3]`: weights and kept of each positive, then the fraction kept, mean angle and mean hardness. */
function weightsAndMeans(
  anchors: tf.Tensor2D,
  prototypes: tf.Tensor2D,
  draws: PositiveDraws,
  boundary: Boundary,
): tf.Tensor1D {
  const made = combinations(anchors, prototypes, draws, boundary);
  const { toAnchor, toTarget, target, kept } = made;
  const weights = tf.concat([tf.mul(target, toTarget), toAnchor, kept], 2);
  return tf.concat1d([tf.reshape(weights, [weights.size]), ...diagnosticsOf(made)]);
}
