import * as tf from '@tensorflow/tfjs-core';
import { expectOptions } from '@halp/random/check';
import { expectRows, expectTensors, shapeText } from '../check.ts';
import { multiPositiveLoss } from './multi-positive-loss.ts';
import { checkedPairs, pairLogits } from './nt-xent-loss.ts';

/** How sharply {@link supConLoss} separates classes. */
export interface SupConOptions {
  /** Temperature > 0 that divides the cosines; 0.1 unless given. */
  readonly temperature?: number;
}

/**
 * SupCon: as NT-Xent, with every other embedding of the same label as a positive. The mean over all 2 N
 * embeddings i of -(1 / |P(i)|) sum over p in P(i) of log( exp(s_ip / T) / sum over k != i of exp(s_ik / T) ), with s
 * the cosine and P(i) the others of i's label, its other view among them.
 *
 * Source: Khosla et al., SupCon (arXiv 2004.11362), equation 2 (the sum outside the logarithm).
 *
 * @param a - one view's embeddings `[N, D]`, normalised here.
 * @param b - the other view's, in the same order.
 * @param labels - the clips' classes `[N]`, int32. All different, this is `ntXentLoss`.
 * @throws RangeError if the shapes differ, N < 2, or T is not positive.
 * @remarks The authors' code multiplies by T / 0.07 (losses.py), which the paper does not; here it is left out.
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
  const { temperature } = checkedPairs('supConLoss', expectOptions('supConLoss', options));
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

/** 1 where row and column are two embeddings of one label `[2 N, 2 N]`. */
function sameLabel(labels: tf.Tensor1D, n: number): tf.Tensor2D {
  const both = tf.concat([labels, labels], 0);
  const same = tf.equal(tf.reshape(both, [2 * n, 1]), tf.reshape(both, [1, 2 * n]));
  return tf.sub<tf.Tensor2D>(tf.cast(same, 'float32'), tf.eye(2 * n));
}
