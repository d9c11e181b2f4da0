import * as tf from '@tensorflow/tfjs-core';
import { expectOptions } from '@halp/random/check';
import { expectNotNegative, expectRows } from '../check.ts';
import type { LossTerms } from '../parts/one-network.ts';

/** The weights of {@link vicRegLoss}. */
export interface VicRegOptions {
  /** Weight >= 0 of the invariance; 25 unless given. */
  readonly invariance?: number;
  /** Weight >= 0 of the variance; 25 unless given. */
  readonly variance?: number;
  /** Weight >= 0 of the covariance; 1 unless given. */
  readonly covariance?: number;
}

// Inside the root, so that its gradient is finite where nothing varies.
const EPSILON = 1e-4;

/**
 * VICReg: the weighted sum of
 * - invariance, the mean over N and D of (a - b)^2,
 * - variance, the mean over D of max(0, 1 - sqrt(var + 1e-4)), averaged over both views,
 * - covariance, the sum over i != j of cov_ij^2 / D, added for both views,
 *
 * with variances and covariances over the batch divided by N - 1. At least 0.
 *
 * Source: Bardes et al., VICReg (arXiv 2105.04906), equations 1 to 6.
 *
 * @param a - one view's embeddings `[N, D]`.
 * @param b - the other view's, in the same order.
 * @throws RangeError if the shapes differ, N < 2, or a weight is negative.
 * @remarks As the authors' code (main_vicreg.py, `VICReg.forward`): the invariance is divided by D too, and the
 * variances are averaged over the two views, where the paper's equations 5 and 6 do neither.
 *
 * @example
 * ```ts
 * vicRegLoss(a, a, { variance: 0, covariance: 0 }).print(); // 0: only their difference counts
 * ```
 */
export function vicRegLoss(a: tf.Tensor2D, b: tf.Tensor2D, options: VicRegOptions = {}): tf.Scalar {
  expectRows('vicRegLoss', a, b, 2);
  const weights = checkedVicReg('vicRegLoss', expectOptions('vicRegLoss', options));
  return tf.tidy(() => tf.addN(Object.values<tf.Scalar>(vicRegTerms(a, b, weights))));
}

/** The weights with their defaults, within their ranges. */
export function checkedVicReg(
  caller: string,
  { invariance = 25, variance = 25, covariance = 1 }: VicRegOptions,
): Required<VicRegOptions> {
  const weights = { invariance, variance, covariance };
  for (const [name, weight] of Object.entries(weights)) {
    expectNotNegative(caller, weight, `weight of the ${name}`);
  }
  return weights;
}

/** The three weighted terms of {@link vicRegLoss}. */
export function vicRegTerms(
  a: tf.Tensor2D,
  b: tf.Tensor2D,
  { invariance, variance, covariance }: Required<VicRegOptions>,
): LossTerms<'invariance' | 'variance' | 'covariance'> {
  const [centredA, centredB] = [centred(a), centred(b)];
  const spread = tf.add(tooNarrow(centredA), tooNarrow(centredB));
  const shared = tf.add(correlated(centredA), correlated(centredB));
  return {
    invariance: tf.mul<tf.Scalar>(tf.mean(tf.square(tf.sub(a, b))), invariance),
    variance: tf.mul<tf.Scalar>(spread, variance / 2),
    covariance: tf.mul<tf.Scalar>(shared, covariance),
  };
}

function centred(rows: tf.Tensor2D): tf.Tensor2D {
  return tf.sub(rows, tf.mean(rows, 0));
}

/** The hinge: how far the deviations stay below 1. */
function tooNarrow(rows: tf.Tensor2D): tf.Tensor {
  const variances = tf.div(tf.sum(tf.square(rows), 0), rows.shape[0] - 1);
  return tf.mean(tf.relu(tf.sub(1, tf.sqrt(tf.add(variances, EPSILON)))));
}

function correlated(rows: tf.Tensor2D): tf.Tensor {
  const [n, d] = rows.shape;
  const covariances = tf.div(tf.matMul(rows, rows, true), n - 1);
  const others = tf.mul(tf.square(covariances), tf.sub(1, tf.eye(d)));
  return tf.div(tf.sum(others), d);
}
