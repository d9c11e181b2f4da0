import * as tf from '@tensorflow/tfjs-core';
import { expectOptions, type OptionNames } from '@halp/random/check';
import { expectRows, expectTensors, shapeText } from '../check.ts';
import { multiPositiveLoss } from './multi-positive-loss.ts';
import { checkedPairs, pairLogits } from './nt-xent-loss.ts';

/** The temperature of {@link supConLoss}. */
export interface SupConOptions {
  /** Temperature > 0 that divides the cosines. Default: 0.1. */
  readonly temperature?: number;
}

const optionNames: OptionNames<SupConOptions> = {
  temperature: true,
};

/**
 * The SupCon loss: NT-Xent in which every other embedding with the same label is a positive. The mean over all 2 N
 * embeddings i of -(1 / |P(i)|) sum over p in P(i) of log( exp(s_ip / T) / sum over k != i of exp(s_ik / T) ), with s
 * the cosine and P(i) the other embeddings with i's label, including its other view.
 *
 * Source: Khosla et al., SupCon (arXiv 2004.11362), equation 2 (the sum outside the logarithm).
 *
 * @param a - embeddings of one view, `[N, D]`, normalised here.
 * @param b - embeddings of the other view, in the same order.
 * @param labels - the classes of the clips `[N]`, int32. If all differ, the loss equals `ntXentLoss`.
 * @throws RangeError if the shapes differ, N < 2, or T is not positive.
 * @remarks The authors' code multiplies the loss by T / 0.07 (losses.py); the paper and this function do not.
 *
 * @example
 * ```ts
 * const labels = tf.tensor1d([0, 1, 0], 'int32');
 * const loss = supConLoss(a, b, labels, { temperature: 0.1 });
 * ```
 */
export function supConLoss(
  a: tf.Tensor2D,
  b: tf.Tensor2D,
  labels: tf.Tensor1D,
  options: SupConOptions = {},
): tf.Scalar {
  expectRows('supConLoss', a, b, 2);
  const { temperature } = checkedPairs(
    'supConLoss',
    expectOptions('supConLoss', options, optionNames),
  );
  expectTensors('supConLoss', { labels });
  if (labels.rank !== 1 || labels.shape[0] !== a.shape[0] || labels.dtype !== 'int32') {
    throw new RangeError(
      `supConLoss: expected int32 labels [${a.shape[0]}], got ${labels.dtype} ${shapeText(labels)}`,
    );
  }
  return tf.tidy(() =>
    multiPositiveLoss(pairLogits(a, b, temperature), sameLabel(labels, a.shape[0])),
  );
}

/** 1 if row and column are two embeddings with one label, `[2 N, 2 N]`. */
function sameLabel(labels: tf.Tensor1D, n: number): tf.Tensor2D {
  const both = tf.concat([labels, labels], 0);
  const same = tf.equal(tf.reshape(both, [2 * n, 1]), tf.reshape(both, [1, 2 * n]));
  return tf.sub<tf.Tensor2D>(tf.cast(same, 'float32'), tf.eye(2 * n));
}
