import * as tf from '@tensorflow/tfjs-core';
import { expectOptions } from '@halp/random/check';
import { expectNotNegative, expectRows } from '../check.ts';
import type { LossTerms } from '../parts/one-network.ts';

/** The balance of {@link barlowTwinsLoss}. */
export interface BarlowTwinsOptions {
  /** λ >= 0, the weight of the entries off the diagonal; 0.005 unless given. */
  readonly lambda?: number;
}

// That of PyTorch's BatchNorm, with which the authors standardise.
const EPSILON = 1e-5;

/**
 * Barlow Twins: sum over i of (1 - C_ii)^2 + λ sum over i != j of C_ij^2, at least 0, where C `[D, D]` is the
 * correlation over the batch between dimension i of one view's embeddings and dimension j of the other's.
 *
 * Source: Zbontar et al., Barlow Twins (arXiv 2103.03230), equations 1 and 2.
 *
 * Each dimension is centred and divided by sqrt(variance + 1e-5), the variance divided by N, so that one that
 * does not vary correlates with nothing (C = 0) instead of being NaN.
 *
 * @param a - one view's embeddings `[N, D]`.
 * @param b - the other view's, in the same order.
 * @throws RangeError if the shapes differ, N < 2, or λ is negative.
 *
 * @example
 * ```ts
 * const white = tf.tensor2d([[1, 1], [1, -1], [-1, 1], [-1, -1]]);
 * barlowTwinsLoss(white, white).print(); // 0 (2e-10): correlated with itself alone
 * ```
 */
export function barlowTwinsLoss(
  a: tf.Tensor2D,
  b: tf.Tensor2D,
  options: BarlowTwinsOptions = {},
): tf.Scalar {
  expectRows('barlowTwinsLoss', a, b, 2);
  const constants = checkedBarlowTwins(
    'barlowTwinsLoss',
    expectOptions('barlowTwinsLoss', options),
  );
  return tf.tidy(() => {
    const { invariance, redundancy } = barlowTwinsTerms(a, b, constants);
    return tf.add<tf.Scalar>(invariance, redundancy);
  });
}

/** The options with their default, within their range. */
export function checkedBarlowTwins(
  caller: string,
  { lambda = 0.005 }: BarlowTwinsOptions,
): Required<BarlowTwinsOptions> {
  expectNotNegative(caller, lambda, 'lambda');
  return { lambda };
}

/** The two sums of {@link barlowTwinsLoss}, the second one times λ. */
export function barlowTwinsTerms(
  a: tf.Tensor2D,
  b: tf.Tensor2D,
  { lambda }: Required<BarlowTwinsOptions>,
): LossTerms<'invariance' | 'redundancy'> {
  const [n, d] = a.shape;
  const correlation = tf.div(tf.matMul(standardised(a), standardised(b), true), n);
  const diagonal = tf.eye(d);
  const squares = tf.square(tf.sub(correlation, diagonal));
  return {
    invariance: tf.sum<tf.Scalar>(tf.mul(squares, diagonal)),
    redundancy: tf.mul<tf.Scalar>(tf.sum(tf.mul(squares, tf.sub(1, diagonal))), lambda),
  };
}

function standardised(rows: tf.Tensor2D): tf.Tensor2D {
  const centred = tf.sub(rows, tf.mean(rows, 0));
  const variance = tf.mean(tf.square(centred), 0);
  return tf.mul<tf.Tensor2D>(centred, tf.rsqrt(tf.add(variance, EPSILON)));
}
