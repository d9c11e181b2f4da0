import * as tf from '@tensorflow/tfjs-core';
import { expectOptions } from '@halp/random/check';
import { expectRows, expectTemperature } from '../check.ts';
import { l2Normalize } from '../parts/l2-normalize.ts';
import { NOWHERE } from '../parts/log-softmax.ts';
import { multiPositiveLoss } from './multi-positive-loss.ts';

/** How sharply {@link ntXentLoss} separates the other view from the other clips. */
export interface NtXentOptions {
  /** Temperature > 0 that divides the cosines; 0.1 unless given. */
  readonly temperature?: number;
}

/**
 * NT-Xent: of 2 N embeddings, two of each clip, every one has to find the other of its clip among all the
 * rest. The mean over the 2 N of -log( exp(s_ij / T) / sum over k != i of exp(s_ik / T) ), where j is the
 * other view of i and s the cosine; at least 0.
 *
 * Source: Chen et al., SimCLR (arXiv 2002.05709), equation 1.
 *
 * @param a - one view's embeddings `[N, D]`, normalised here.
 * @param b - the other view's, in the same order.
 * @throws RangeError if the shapes differ, N < 2, or T is not positive.
 *
 * @example
 * ```ts
 * const loss = ntXentLoss(tf.eye(4), tf.eye(4), { temperature: 0.5 });
 * loss.print(); // log(1 + 6 exp(-2)): the other view is perfect, six others are orthogonal
 * ```
 */
export function ntXentLoss(a: tf.Tensor2D, b: tf.Tensor2D, options: NtXentOptions = {}): tf.Scalar {
  expectRows('ntXentLoss', a, b, 2);
  const { temperature } = checkedPairs('ntXentLoss', expectOptions('ntXentLoss', options));
  return tf.tidy(() => multiPositiveLoss(pairLogits(a, b, temperature), otherView(a.shape[0])));
}

/** The options with their default, within their range. */
export function checkedPairs(
  caller: string,
  { temperature = 0.1 }: NtXentOptions,
): Required<NtXentOptions> {
  expectTemperature(caller, temperature);
  return { temperature };
}

/** The cosines of all 2 N embeddings with each other, divided by T, and nowhere with themselves `[2 N, 2 N]`. */
export function pairLogits(a: tf.Tensor2D, b: tf.Tensor2D, temperature: number): tf.Tensor2D {
  const rows = l2Normalize(tf.concat<tf.Tensor2D>([a, b], 0));
  const cosines = tf.matMul(rows, rows, false, true);
  return tf.add(tf.div(cosines, temperature), tf.mul(tf.eye(2 * a.shape[0]), NOWHERE));
}

/** 1 where a column is the other view of the row's clip `[2 N, 2 N]`. */
function otherView(n: number): tf.Tensor2D {
  const [same, none] = [tf.eye(n), tf.zeros<tf.Rank.R2>([n, n])];
  const [above, below] = [tf.concat([none, same], 1), tf.concat([same, none], 1)];
  return tf.concat<tf.Tensor2D>([above, below], 0);
}
