import * as tf from '@tensorflow/tfjs-core';
import { expectOptions, gotText, type OptionNames } from '@halp/random/check';
import { expectTensors, shapeText } from '../check.ts';
import { logSoftmax, REMOVED } from '../parts/log-softmax.ts';

/**
 * How the positives of a row are combined: `mean-of-logs`, -(1 / |P|) sum over P of log p; `log-of-sum`,
 * -log of the sum over P of p.
 */
export type PositivesCombined = 'mean-of-logs' | 'log-of-sum';

/** Options of {@link multiPositiveLoss}. */
export interface MultiPositiveOptions {
  /** How positives are combined: with `mean-of-logs` every positive has to be near, with `log-of-sum` one is enough. Default: `mean-of-logs`. */
  readonly combine?: PositivesCombined;
}

const optionNames: OptionNames<MultiPositiveOptions> = {
  combine: true,
};

/**
 * The InfoNCE loss with any number of positives: with p the softmax of a row's logits and P its positives, the mean
 * over the rows of -(1 / |P|) sum over P of log p (or of -log of the sum of p), at least 0.
 *
 * Source: Khosla et al., SupCon (arXiv 2004.11362), equation 2, with the sum outside the logarithm;
 * `log-of-sum` is equation 3 without its constant log |P|. With one positive in each row both are InfoNCE.
 *
 * @param logits - `[N, L]`, already divided by the temperature; differentiable.
 * @param positives - `[N, L]`, 1 for a positive and 0 otherwise; a constant. A row without a positive makes the loss
 * NaN.
 * @throws RangeError if the shapes differ or `combine` is unknown.
 */
export function multiPositiveLoss(
  logits: tf.Tensor2D,
  positives: tf.Tensor2D,
  options: MultiPositiveOptions = {},
): tf.Scalar {
  const { combine } = checkedCombination(
    'multiPositiveLoss',
    expectOptions('multiPositiveLoss', options, optionNames),
  );
  expectTensors('multiPositiveLoss', { logits, positives });
  const alike = tf.util.arraysEqual(logits.shape, positives.shape);
  if (logits.rank !== 2 || logits.size === 0 || !alike) {
    throw new RangeError(
      `multiPositiveLoss: expected logits and positives of one shape [N, L], ` +
        `got ${shapeText(logits)} and ${shapeText(positives)}`,
    );
  }
  return tf.tidy(() => {
    const logProbabilities = logSoftmax(logits);
    const counts = tf.sum(positives, 1);
    switch (combine) {
      case 'mean-of-logs': {
        const sums = tf.sum(tf.mul(logProbabilities, positives), 1);
        return tf.neg(tf.mean<tf.Scalar>(tf.div(sums, counts)));
      }
      case 'log-of-sum': {
        const removed = tf.mul(tf.sub(1, positives), REMOVED);
        const joint = tf.logSumExp(tf.add(logProbabilities, removed), 1);
        // 0 / 0 for a row without a positive, as in the other form.
        return tf.neg(tf.mean<tf.Scalar>(tf.mul(joint, tf.div(counts, counts))));
      }
    }
  });
}

/** The option with its default; throws if it is unknown. */
export function checkedCombination(
  caller: string,
  { combine = 'mean-of-logs' }: MultiPositiveOptions,
): Required<MultiPositiveOptions> {
  const known: readonly string[] = ['mean-of-logs', 'log-of-sum'] satisfies PositivesCombined[];
  if (!known.includes(combine)) {
    throw new RangeError(
      `${caller}: expected combine to be ${known.join(' or ')}, got ${gotText(combine)}`,
    );
  }
  return { combine };
}
