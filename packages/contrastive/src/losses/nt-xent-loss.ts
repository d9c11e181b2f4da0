import * as tf from '@tensorflow/tfjs-core';
import { expectOptions, type OptionNames } from '@halp/random/check';
import { expectRows, expectTemperature } from '../check.ts';
import { l2Normalize } from '../parts/l2-normalize.ts';
import { REMOVED } from '../parts/log-softmax.ts';
import { multiPositiveLoss } from './multi-positive-loss.ts';

/** The temperature of {@link ntXentLoss}. */
export interface NtXentOptions {
  /** Temperature > 0 that divides the cosines. Default: 0.1. */
  readonly temperature?: number;
}

const optionNames: OptionNames<NtXentOptions> = {
  temperature: true,
};

/**
 * The NT-Xent loss of 2 N embeddings, two for each clip; the positive of an embedding is the other view of its clip,
 * and all other embeddings are negatives. The mean over the 2 N embeddings of -log( exp(s_ij / T) / sum over k != i of exp(s_ik / T) ), where j is the
 * other view of i and s the cosine; at least 0.
 *
 * Source: Chen et al., SimCLR (arXiv 2002.05709), equation 1.
 *
 * @param a - embeddings of one view, `[N, D]`, normalised here.
 * @param b - embeddings of the other view, in the same order.
 * @throws RangeError if the shapes differ, N < 2, or T is not positive.
 *
 * @example
 * ```ts
 * const loss = ntXentLoss(tf.eye(4), tf.eye(4), { temperature: 0.5 });
 * loss.print(); // log(1 + 6 exp(-2)): the views are equal, the six negatives orthogonal
 * ```
 */
export function ntXentLoss(a: tf.Tensor2D, b: tf.Tensor2D, options: NtXentOptions = {}): tf.Scalar {
  expectRows('ntXentLoss', a, b, 2);
  const { temperature } = checkedPairs(
    'ntXentLoss',
    expectOptions('ntXentLoss', options, optionNames),
  );
  return tf.tidy(() => multiPositiveLoss(pairLogits(a, b, temperature), otherView(a.shape[0])));
}

/** The options with their default; throws if one is outside its range. */
export function checkedPairs(
  caller: string,
  { temperature = 0.1 }: NtXentOptions,
): Required<NtXentOptions> {
  expectTemperature(caller, temperature);
  return { temperature };
}

/** The cosines of all 2 N embeddings divided by T, with the diagonal removed from the softmax, `[2 N, 2 N]`. */
export function pairLogits(a: tf.Tensor2D, b: tf.Tensor2D, temperature: number): tf.Tensor2D {
  const rows = l2Normalize(tf.concat<tf.Tensor2D>([a, b], 0));
  const cosines = tf.matMul(rows, rows, false, true);
  return tf.add(tf.div(cosines, temperature), tf.mul(tf.eye(2 * a.shape[0]), REMOVED));
}

/** 1 if the column is the other view of the row's clip, `[2 N, 2 N]`. */
function otherView(n: number): tf.Tensor2D {
  const [same, none] = [tf.eye(n), tf.zeros<tf.Rank.R2>([n, n])];
  const [above, below] = [tf.concat([none, same], 1), tf.concat([same, none], 1)];
  return tf.concat<tf.Tensor2D>([above, below], 0);
}
