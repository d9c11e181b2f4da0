import * as tf from '@tensorflow/tfjs-core';
import { withoutGradient } from '@halp/nn';
import { expectOptions, expectPositiveIntegers } from '@halp/random/check';
import { expectRows } from '../check.ts';
import { nearestMask } from '../parts/nearest-mask.ts';
import { type InfoNCEOptions, logitsFor } from './info-nce.ts';
import {
  checkedCombination,
  multiPositiveLoss,
  type MultiPositiveOptions,
} from './multi-positive-loss.ts';

/** How many neighbours {@link nearestNeighbourLoss} mines, and what it makes of them. */
export interface NearestNeighbourOptions extends InfoNCEOptions, MultiPositiveOptions {
  /** How many of the negatives nearest to each view become positives, at most all; 1 unless given. */
  readonly neighbours?: number;
}

/**
 * AimCLR's nearest-neighbour mining (NNM): InfoNCE in which the negatives that are nearest to the query, and those that
 * are nearest to the extreme view, are positives beside the key.
 *
 * Source: Guo et al., AimCLR (arXiv 2112.03590), NNM; `nearest_neighbors_mining` of net/aimclr.py, with the loss of
 * processor/pretrain_aimclr.py: {@link multiPositiveLoss}.
 *
 * @param query - rows of unit length `[N, D]`; not normalised here; differentiable.
 * @param key - rows of unit length `[N, D]`.
 * @param negatives - rows of unit length `[K, D]`.
 * @param extreme - rows of unit length `[N, D]` of the extremely augmented view, which only choose.
 * @throws RangeError if the shapes do not fit or an option lies outside its range.
 * @remarks The paper sums the positives inside the logarithm (`combine: 'log-of-sum'`); the authors' code, which this
 * follows unless told otherwise, averages their logarithms.
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
  const { temperature, ...options } = expectOptions('nearestNeighbourLoss', all);
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

/** The options with their defaults, within their ranges. */
export function checkedNeighbours(
  caller: string,
  { neighbours = 1, ...combination }: Omit<NearestNeighbourOptions, 'temperature'>,
): Required<Omit<NearestNeighbourOptions, 'temperature'>> {
  expectPositiveIntegers(caller, { 'number of neighbours': neighbours });
  return { neighbours, ...checkedCombination(caller, combination) };
}
