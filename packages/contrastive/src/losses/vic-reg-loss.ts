import * as tf from '@tensorflow/tfjs-core';
import { expectOptions, type OptionNames } from '@halp/random/check';
import { expectNotNegative, expectRows } from '../check.ts';
import type { LossTerms } from '../parts/one-network.ts';

/** The weights of {@link vicRegLoss}. */
export interface VicRegOptions {
  /** Weight >= 0 of the invariance. Default: 25. */
  readonly invariance?: number;
  /** Weight >= 0 of the variance. Default: 25. */
  readonly variance?: number;
  /** Weight >= 0 of the covariance. Default: 1. */
  readonly covariance?: number;
}

// Inside the root, so its gradient is finite for a constant dimension.
const EPSILON = 1e-4;

const optionNames: OptionNames<VicRegOptions> = {
  invariance: true,
  variance: true,
  covariance: true,
};

/**
 * The VICReg loss, the weighted sum of
 * - invariance, the mean over N and D of (a - b)^2,
 * - variance, the mean over D of max(0, 1 - sqrt(var + 1e-4)), averaged over both views,
 * - covariance, the sum over i != j of cov_ij^2 / D, added for both views,
 *
 * with variances and covariances over the batch divided by N - 1. At least 0.
 *
 * Source: Bardes et al., VICReg (arXiv 2105.04906), equations 1 to 6.
 *
 * @param a - embeddings of one view, `[N, D]`.
 * @param b - embeddings of the other view, in the same order.
 * @throws RangeError if the shapes differ, N < 2, or a weight is negative.
 * @remarks As in the authors' code (main_vicreg.py, `VICReg.forward`), and unlike equations 5 and 6 of the paper, the
 * invariance is also divided by D, and the variances are averaged over the two views.
 *
 * @example
 * ```ts
 * vicRegLoss(a, a, { variance: 0, covariance: 0 }).print(); // 0: the views are equal
 * ```
 */
export function vicRegLoss(a: tf.Tensor2D, b: tf.Tensor2D, options: VicRegOptions = {}): tf.Scalar {
  expectRows('vicRegLoss', a, b, 2);
  const weights = checkedVicReg('vicRegLoss', expectOptions('vicRegLoss', options, optionNames));
  return tf.tidy(() => tf.addN(Object.values<tf.Scalar>(vicRegTerms(a, b, weights))));
}

/** The weights with their defaults; throws if one is outside its range. */
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
  const hinge = tf.add(varianceHinge(centredA), varianceHinge(centredB));
  const penalty = tf.add(covariancePenalty(centredA), covariancePenalty(centredB));
  return {
    invariance: tf.mul<tf.Scalar>(tf.mean(tf.square(tf.sub(a, b))), invariance),
    variance: tf.mul<tf.Scalar>(hinge, variance / 2),
    covariance: tf.mul<tf.Scalar>(penalty, covariance),
  };
}

function centred(rows: tf.Tensor2D): tf.Tensor2D {
  return tf.sub(rows, tf.mean(rows, 0));
}

/** The hinge: the mean of max(0, 1 - standard deviation). */
function varianceHinge(rows: tf.Tensor2D): tf.Tensor {
  const variances = tf.div(tf.sum(tf.square(rows), 0), rows.shape[0] - 1);
  return tf.mean(tf.relu(tf.sub(1, tf.sqrt(tf.add(variances, EPSILON)))));
}

function covariancePenalty(rows: tf.Tensor2D): tf.Tensor {
  const [n, d] = rows.shape;
  const covariances = tf.div(tf.matMul(rows, rows, true), n - 1);
  const others = tf.mul(tf.square(covariances), tf.sub(1, tf.eye(d)));
  return tf.div(tf.sum(others), d);
}
