import { withoutGradient } from '@halp/nn';
import type { Random } from '@halp/random';
import * as tf from '@tensorflow/tfjs-core';

import { checkGeometry, drawsFor } from './check.ts';
import type { PositiveDraws } from './draw-positives.ts';
import { combinations, type Boundary } from './geodesic.ts';
import type { HallucinateOptions } from './hallucinate.ts';

/** Positives and temperature of {@link halpLoss}. */
export interface HalpLossOptions extends HallucinateOptions {
  /** T > 0; 0.07 unless given. */
  readonly temperature?: number;
}

/** The HaLP term and what became of its positives; owned by the caller. */
export interface HalpTerm {
  /** What {@link halpLoss} returns. */
  readonly loss: tf.Scalar;
  /** The share of the N * G positives that were kept, in [0, 1]. */
  readonly kept: tf.Scalar;
}

/**
 * The HaLP loss: -(1 / T) times the mean of q.z over all kept positives z of the batch; zero if none is
 * kept.
 *
 * Source: HaLP, section 3.3, equation 5; builder_single_modality_halp.py:196-221. Positives as
 * {@link hallucinate} makes them, of the keys, but never materialised: all of them are combinations
 * of the key and the prototypes, so that their sum over G is one too, found from k.P and P.P alone.
 *
 * The gradient goes to `query` only.
 *
 * @param query - unit rows `[N, D]`.
 * @param key - unit rows `[N, D]`, the anchors, each that of the query in its row.
 * @param prototypes - unit rows `[P, D]`.
 * @param draws - a stream, drawn from as by {@link drawPositives}, or draws made before.
 * @throws RangeError if shapes or draws do not fit, or an option lies outside its range.
 *
 * @example
 * ```ts
 * const loss = halpLoss(query, key, prototypes, { count: 100, lambda: 0.8 }, createRandom(0));
 * ```
 */
export function halpLoss(
  query: tf.Tensor2D,
  key: tf.Tensor2D,
  prototypes: tf.Tensor2D,
  options: HalpLossOptions,
  draws: Random | PositiveDraws,
): tf.Scalar {
  const { loss, kept } = halpTerm(query, key, prototypes, options, draws);
  kept.dispose();
  return loss;
}

/**
 * {@link halpLoss} together with the share of positives that were kept.
 *
 * @param query - unit rows `[N, D]`.
 * @param key - unit rows `[N, D]`.
 * @param prototypes - unit rows `[P, D]`.
 * @param draws - a stream, drawn from as by {@link drawPositives}, or draws made before.
 * @throws RangeError if shapes or draws do not fit, or an option lies outside its range.
 */
export function halpTerm(
  query: tf.Tensor2D,
  key: tf.Tensor2D,
  prototypes: tf.Tensor2D,
  options: HalpLossOptions,
  draws: Random | PositiveDraws,
): HalpTerm {
  const { temperature = 0.07, boundary = 'pairwise' } = options;
  checkGeometry('halpLoss', { anchors: key, prototypes, boundary, query });
  if (!(temperature > 0 && temperature < Infinity)) {
    throw new RangeError(`halpLoss: expected a positive temperature, got ${temperature}`);
  }
  const resolved = drawsFor('halpLoss', key, prototypes, options, draws);
  const [n, d] = key.shape;
  return tf.tidy(() => {
    const table = withoutGradient(() => countAndMean(key, prototypes, resolved, boundary));
    const count = tf.slice2d(table, [0, 0], [n, 1]);
    const mean = tf.slice2d(table, [0, 1], [n, d]);
    const loss = tf.mul<tf.Scalar>(tf.sum(tf.mul(query, mean)), -1 / temperature);
    return { loss, kept: tf.div<tf.Scalar>(tf.sum(count), resolved.target.length) };
  });
}

/**
 * For each anchor how many of its positives are kept, and their sum divided by the number kept in the
 * batch: `[N, 1 + D]`.
 */
function countAndMean(
  anchors: tf.Tensor2D,
  prototypes: tf.Tensor2D,
  draws: PositiveDraws,
  boundary: Boundary,
): tf.Tensor2D {
  const p = prototypes.shape[0];
  if (p === 1) return tf.zeros([anchors.shape[0], 1 + anchors.shape[1]]);
  const { toAnchor, toTarget, target, kept } = combinations(anchors, prototypes, draws, boundary);
  const [n] = draws.shape;
  const count = tf.reshape(tf.sum(kept, 1), [n, 1]);
  const fromAnchor = tf.reshape(tf.sum(tf.mul(kept, toAnchor), 1), [n, 1]);
  const fromPrototypes: tf.Tensor2D = tf.sum(tf.mul(tf.mul(kept, toTarget), target), 1);
  const sum = tf.add(tf.mul(fromAnchor, anchors), tf.matMul(fromPrototypes, prototypes));
  return tf.concat([count, tf.div(sum, tf.maximum(tf.sum(count), 1))], 1) as tf.Tensor2D;
}
