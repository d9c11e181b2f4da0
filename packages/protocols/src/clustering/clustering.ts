import type { Random } from '@halp/random';
import {
  expectOptions,
  expectPositiveIntegers,
  expectRandom,
  type OptionNames,
} from '@halp/random/check';
import type { Features } from '../features/features.ts';
import { checkFeatures } from '../features/features.ts';
import type { KMeansOptions, KMeansResult } from './k-means.ts';
import { kMeans } from './k-means.ts';
import type { ClusterAgreement } from './metrics.ts';
import { clusterAgreement } from './metrics.ts';

/** Options of {@link clustering}. */
export interface ClusteringOptions extends Omit<KMeansOptions, 'size' | 'clusters'> {
  /** K, the number of clusters. Default: the number of different labels. */
  readonly clusters?: number;
}

/** Result of {@link clustering}. */
export interface ClusteringResult extends ClusterAgreement {
  /** The clusters. */
  readonly clusters: KMeansResult;
  /** All settings of the run. */
  readonly settings: Required<Omit<KMeansOptions, 'size'>>;
}

const optionNames: OptionNames<ClusteringOptions> = {
  clusters: true,
  metric: true,
  restarts: true,
  maxIterations: true,
};

/**
 * Agreement between the k-means clusters of features and the classes: NMI, ARI, purity and accuracy under
 * the best matching.
 *
 * The labels are used only to measure the agreement and for the default number of clusters.
 *
 * @param features - `[n, D]` with labels.
 * @param rng - as {@link kMeans}.
 * @throws RangeError as {@link kMeans}.
 *
 * @example
 * ```ts
 * const { nmi, ari } = await clustering(test, {}, createRandom(0));
 * ```
 */
export async function clustering(
  features: Features,
  options: ClusteringOptions,
  rng: Random,
): Promise<ClusteringResult> {
  expectOptions('clustering', options, optionNames);
  expectRandom('clustering', rng);
  const { clusters: wanted = 1, restarts: times = 1, maxIterations: most = 1 } = options;
  expectPositiveIntegers('clustering', { clusters: wanted, restarts: times, maxIterations: most });
  const size = checkFeatures('clustering', 'features', features);
  const { clusters = new Set(features.labels).size, metric = 'cosine' } = options;
  const { restarts = 10, maxIterations = 100 } = options;
  const settings = { clusters, metric, restarts, maxIterations };
  const found = await kMeans(features.features, { ...settings, size }, rng);
  return { ...clusterAgreement(features.labels, found.assignments), clusters: found, settings };
}
