import * as tf from '@tensorflow/tfjs-core';
import { withoutGradient } from '@halp/nn';
import { expectOptions, expectPositiveIntegers, type OptionNames } from '@halp/random/check';
import { expectRows } from '../check.ts';
import { nearestMask } from '../parts/nearest-mask.ts';
import { type InfoNCEOptions, logitsFor } from './info-nce.ts';
import {
  checkedCombination,
  multiPositiveLoss,
  type MultiPositiveOptions,
} from './multi-positive-loss.ts';

/** Options of {@link nearestNeighbourLoss}. */
export interface NearestNeighbourOptions extends InfoNCEOptions, MultiPositiveOptions {
  /** Number of nearest negatives of each view that become positives, at most all. Default: 1. */
  readonly neighbours?: number;
}

const optionNames: OptionNames<NearestNeighbourOptions> = {
  neighbours: true,
  temperature: true,
  combine: true,
};

/**
 * AimCLR's nearest-neighbour mining loss (NNM): InfoNCE in which the negatives nearest to the query and those nearest to
 * the extreme view are positives in addition to the key.
 *
 * Source: Guo et al., AimCLR (arXiv 2112.03590), NNM; `nearest_neighbors_mining` of net/aimclr.py, with the loss of
 * processor/pretrain_aimclr.py: {@link multiPositiveLoss}.
 *
 * @param query - rows of unit length `[N, D]`; not normalised here; differentiable.
 * @param key - rows of unit length `[N, D]`.
 * @param negatives - rows of unit length `[K, D]`.
 * @param extreme - rows of unit length `[N, D]` of the extremely augmented view; used for the mining only.
 * @throws RangeError if the shapes do not match or an option is outside its range.
 * @remarks The paper sums the positives inside the logarithm (`combine: 'log-of-sum'`); the authors' code
 * averages their logarithms, which is the default here.
 *
 * @example
 * ```ts
 * const loss = nearestNeighbourLoss(query, key, queue.keys, extreme, { temperature: 0.07, neighbours: 1 });
 * ```
 */
export function nearestNeighbourLoss(
  query: tf.Tensor2D,
  key: tf.Tensor2D,
  negatives: tf.Tensor2D,
  extreme: tf.Tensor2D,
  all: NearestNeighbourOptions,
): tf.Scalar {
  const { temperature, ...options } = expectOptions('nearestNeighbourLoss', all, optionNames);
  const { neighbours, ...combination } = checkedNeighbours('nearestNeighbourLoss', options);
  expectRows('nearestNeighbourLoss', query, extreme);
  return tf.tidy(() => {
    const logits = logitsFor('nearestNeighbourLoss', query, key, negatives, { temperature });
    const positives = withoutGradient(() => {
      const [byQuery, byExtreme] = [query, extreme].map((view) =>
        nearestMask(tf.matMul(view, negatives, false, true), neighbours),
      ) as [tf.Tensor2D, tf.Tensor2D];
      const mined = tf.maximum<tf.Tensor2D>(byQuery, byExtreme);
      return tf.concat<tf.Tensor2D>([tf.ones([query.shape[0], 1]), mined], 1);
    });
    return multiPositiveLoss(logits, positives, combination);
  });
}

/** The options with their defaults; throws if one is outside its range. */
export function checkedNeighbours(
  caller: string,
  { neighbours = 1, ...combination }: Omit<NearestNeighbourOptions, 'temperature'>,
): Required<Omit<NearestNeighbourOptions, 'temperature'>> {
  expectPositiveIntegers(caller, { 'number of neighbours': neighbours });
  return { neighbours, ...checkedCombination(caller, combination) };
}
