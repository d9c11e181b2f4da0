import { expectOptions, expectPositiveIntegers, type OptionNames } from '@halp/random/check';
import type { Features } from '../features/features.ts';
import { checkFeatures, checkSameSize } from '../features/features.ts';
import type { Evaluation } from '../metrics/evaluation.ts';
import { classNames, createEvaluation } from '../metrics/evaluation.ts';
import { checkLabels, predictionsOf } from '../metrics/metrics.ts';
import type { NearestOptions } from './nearest.ts';
import { nearestRows } from './nearest.ts';
import { rowsByDistance } from './nearest-by-distance.ts';

/** Options of {@link knn}. */
export interface KnnOptions extends NearestOptions {
  /** What nearness means: `'cosine'` similarity or `'euclidean'` distance. Default: 'cosine'. */
  readonly metric?: 'cosine' | 'euclidean';
  /** Names of the classes or their number. Default: the largest label + 1. */
  readonly classes?: number | readonly string[];
}

/** Result of {@link knn}. */
export interface KnnResult {
  /** `[n]`, the predicted class of each query. */
  readonly predictions: Int32Array;
  /**
   * `[n, classes]`, the fraction of a query's neighbours in each class; rows sum to 1. They can be fused
   * with the votes of other streams. They rank at most k classes, so there is no top-5 accuracy.
   */
  readonly scores: Float32Array;
  /** The accuracy with all settings. */
  readonly evaluation: Evaluation;
}

const optionNames: OptionNames<KnnOptions> = {
  metric: true,
  classes: true,
  k: true,
  leaveOneOut: true,
  blockValues: true,
};

/**
 * The class of each query by vote of its k nearest gallery vectors in cosine similarity,
 * cos(q, g) = q·g / (|q| |g|), or with `metric: 'euclidean'` in distance, |q - g|, see `nearestByDistance`.
 *
 * Every neighbour has one vote. A tie in votes goes to the smallest label; a tie in similarity goes
 * to the earlier row of the gallery. Similarities are float32 products on the current backend,
 * computed in blocks, so memory does not grow with queries × gallery.
 *
 * @param gallery - `[m, D]`, usually the whole training part.
 * @param queries - `[n, D]`, the test part.
 * @throws RangeError if the sizes disagree, k is out of range, a vector is not finite, or a vector is zero
 *   with the cosine: it has no direction, and with similarity 0 to every row its neighbours would be the
 *   first rows of the gallery.
 */
export async function knn(
  gallery: Features,
  queries: Features,
  options: KnnOptions,
): Promise<KnnResult> {
  expectOptions('knn', options, optionNames);
  if (options.blockValues !== undefined) {
    expectPositiveIntegers('knn', { blockValues: options.blockValues });
  }
  const { k, leaveOneOut = false, metric = 'cosine' } = options;
  const find = finderOf(metric);
  const size = checkFeatures('knn', 'gallery', gallery);
  checkSameSize('knn', 'queries', queries, size);
  const classes = classNames('knn', options.classes ?? largest(gallery.labels, queries.labels) + 1);
  checkLabels('knn', 'gallery labels', gallery.labels, classes.length);
  const { rows } = await find('knn', gallery, queries.features, { ...options, size });
  const scores = vote(rows, k, gallery.labels, classes.length);
  const predictions = predictionsOf(scores, classes.length);
  const evaluation = createEvaluation({
    protocol: 'knn',
    settings: { k, metric, ...(leaveOneOut ? { leaveOneOut } : {}) },
    selection: null,
    classes,
    counts: { train: gallery.labels.length, validation: 0 },
    labels: queries.labels,
    predictions,
  });
  return { predictions, scores, evaluation };
}

function finderOf(
  metric: NonNullable<KnnOptions['metric']>,
): typeof nearestRows | typeof rowsByDistance {
  switch (metric) {
    case 'cosine':
      return nearestRows;
    case 'euclidean':
      return rowsByDistance;
    default:
      throw new RangeError(`knn: expected the metric cosine or euclidean, got '${String(metric)}'`);
  }
}

function largest(...labels: readonly Int32Array[]): number {
  return labels.reduce((max, part) => part.reduce((a, b) => Math.max(a, b), max), 0);
}

/** `[n, classes]`, the fraction of each class among a query's k neighbours. */
function vote(nearest: Int32Array, k: number, labels: Int32Array, classes: number): Float32Array {
  const votes = new Float32Array((nearest.length / k) * classes);
  nearest.forEach((row, i) => {
    const place = Math.floor(i / k) * classes + (labels[row] as number);
    votes[place] = (votes[place] as number) + 1;
  });
  // Votes are counted as integers before the division, so that ties stay exact.
  return votes.map((count) => count / k);
}
