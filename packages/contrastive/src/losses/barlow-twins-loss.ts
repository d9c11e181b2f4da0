import * as tf from '@tensorflow/tfjs-core';
import { expectOptions, type OptionNames } from '@halp/random/check';
import { expectNotNegative, expectRows } from '../check.ts';
import type { LossTerms } from '../parts/one-network.ts';

/** The trade-off of {@link barlowTwinsLoss}. */
export interface BarlowTwinsOptions {
  /** λ >= 0, the weight of the off-diagonal entries. Default: 0.005. */
  readonly lambda?: number;
}

// The epsilon of PyTorch's BatchNorm, which the authors use for standardisation.
const EPSILON = 1e-5;

const optionNames: OptionNames<BarlowTwinsOptions> = {
  lambda: true,
};

/**
 * The Barlow Twins loss: sum over i of (1 - C_ii)^2 + λ sum over i != j of C_ij^2, at least 0, where C `[D, D]` is the
 * correlation over the batch between dimension i of one view's embeddings and dimension j of the other's.
 *
 * Source: Zbontar et al., Barlow Twins (arXiv 2103.03230), equations 1 and 2.
 *
 * Each dimension is centred and divided by sqrt(variance + 1e-5), with the variance divided by N. A constant dimension
 * therefore has correlation 0, not NaN.
 *
 * @param a - embeddings of one view, `[N, D]`.
 * @param b - embeddings of the other view, in the same order.
 * @throws RangeError if the shapes differ, N < 2, or λ is negative.
 *
 * @example
 * ```ts
 * const white = tf.tensor2d([[1, 1], [1, -1], [-1, 1], [-1, -1]]);
 * barlowTwinsLoss(white, white).print(); // 0 (2e-10): each dimension correlates only with itself
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
    expectOptions('barlowTwinsLoss', options, optionNames),
  );
  return tf.tidy(() => {
    const { invariance, redundancy } = barlowTwinsTerms(a, b, constants);
    return tf.add<tf.Scalar>(invariance, redundancy);
  });
}

/** The options with their default; throws if one is outside its range. */
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
