import * as tf from '@tensorflow/tfjs-core';
import { withoutGradient } from '@halp/nn';
import { expectOptions, expectPositiveIntegers, type OptionNames } from '@halp/random/check';
import { expectTemperature, expectTensors, shapeText } from '../check.ts';
import { nearestMask } from '../parts/nearest-mask.ts';
import {
  checkedCombination,
  multiPositiveLoss,
  type MultiPositiveOptions,
} from './multi-positive-loss.ts';

/** Options of the mining in {@link crossViewLoss}. */
export interface CrossViewOptions extends MultiPositiveOptions {
  /** Temperature T > 0 that divides the similarities. Default: 0.07. */
  readonly temperature?: number;
  /** Number of nearest keys in the other stream that become positives, at most all K. Default: 1. */
  readonly neighbours?: number;
  /** Whether the products of both streams' similarities are also logits. Default: true. */
  readonly context?: boolean;
}

const optionNames: OptionNames<CrossViewOptions> = {
  temperature: true,
  neighbours: true,
  context: true,
  combine: true,
};

/**
 * CrosSCLR's cross-view mining for a pair of streams: the InfoNCE loss of one stream in which the nearest keys of the
 * other stream are additional positives. With `context` the logits also contain the products of both streams'
 * similarities to each key, with the same keys as positives.
 *
 * With s = query . negatives of the stream, s' those of the other stream, and N' its nearest keys: the logits are
 * [query . key, s, s * s'] / T `[N, 1 + 2 K]`; the positives in {@link multiPositiveLoss} are the first logit and the
 * logits of N' in s and in s * s'.
 *
 * Source: Li et al., CrosSCLR (arXiv 2104.14466), CVC-KM; `cross_training` of net/crossclr_3views.py, with the loss of
 * processor/pretrain_crossclr_3views.py.
 *
 * @param positive - query . key of the stream `[N]`; differentiable.
 * @param similarities - s `[N, K]`; differentiable.
 * @param other - s' `[N, K]`, to the keys of the same clips; differentiable through the products.
 * @throws RangeError if the shapes do not match or an option is outside its range.
 *
 * @example
 * ```ts
 * // The second clip in the queue is near in the other stream, so it is a positive here.
 * const loss = crossViewLoss(tf.tensor1d([0.9]), tf.tensor2d([[0.1, 0.2]]), tf.tensor2d([[0.3, 0.8]]));
 * ```
 */
export function crossViewLoss(
  positive: tf.Tensor1D,
  similarities: tf.Tensor2D,
  other: tf.Tensor2D,
  options: CrossViewOptions = {},
): tf.Scalar {
  const { temperature, neighbours, context, combine } = checkedCrossView(
    'crossViewLoss',
    expectOptions('crossViewLoss', options, optionNames),
  );
  expectTensors('crossViewLoss', { positive, similarities, 'the other similarities': other });
  const fits =
    similarities.rank === 2 &&
    similarities.size > 0 &&
    tf.util.arraysEqual(similarities.shape, other.shape) &&
    tf.util.arraysEqual(positive.shape, [similarities.shape[0]]);
  if (!fits) {
    throw new RangeError(
      `crossViewLoss: expected positive [N] and two similarities [N, K], ` +
        `got ${[positive, similarities, other].map(shapeText).join(', ')}`,
    );
  }
  return tf.tidy(() => {
    const own = tf.reshape(positive, [-1, 1]);
    const products = context ? [tf.mul(similarities, other)] : [];
    const logits = tf.concat([own, similarities, ...products], 1);
    const positives = withoutGradient(() => {
      const mined = nearestMask(other, neighbours);
      return tf.concat([tf.onesLike(own), mined, ...(context ? [mined] : [])], 1);
    });
    return multiPositiveLoss(tf.div<tf.Tensor2D>(logits, temperature), positives as tf.Tensor2D, {
      combine,
    });
  });
}

/** The options with their defaults; throws if one is outside its range. */
export function checkedCrossView(
  caller: string,
  { temperature = 0.07, neighbours = 1, context = true, ...combination }: CrossViewOptions,
): Required<CrossViewOptions> {
  expectTemperature(caller, temperature);
  expectPositiveIntegers(caller, { 'number of neighbours': neighbours });
  return { temperature, neighbours, context, ...checkedCombination(caller, combination) };
}
