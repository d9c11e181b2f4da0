import type { ClusteringOptions, ClusteringResult } from '@halp/protocols';
import { withoutClassifier } from './evaluation-texts.ts';
import type { Protocol } from './protocol.ts';

/** The result of clustering. */
export interface ClusteringEvaluation extends Omit<ClusteringResult, 'clusters'> {
  /** The protocol. */
  readonly protocol: 'clustering';
}

/** Every setting of the protocol that can change its result; the number of clusters is that of the labels. */
const kMeans = {
  metric: 'cosine',
  restarts: 10,
  maxIterations: 100,
} satisfies ClusteringOptions;
const PER_LABEL = 'one for each label';

/** k-means on the test part, compared with its classes. */
export const clusteringProtocol: Protocol<ClusteringEvaluation> = {
  ...withoutClassifier,
  settings: ({ view }) => ({ view, clusters: PER_LABEL, ...kMeans }),
  settingsOfOlder: ({ settings: { metric, restarts, maxIterations } = {} }) => ({
    ...{ clusters: PER_LABEL, metric, restarts, maxIterations },
  }),
  fileWords: () => ['clustering'],
  run: async (_, { features }, rng) => {
    const { clustering } = await import('@halp/protocols');
    const { fused } = await features('test');
    const { clusters: _all, ...result } = await clustering(fused, kMeans, rng.fork('clustering'));
    return { protocol: 'clustering', ...result };
  },
  figure: ({ nmi }) => ({ value: nmi, what: 'NMI' }),
  text: () => 'clustering, NMI',
  detail: ({ ari, settings }) => `ARI ${ari.toFixed(3)}, ${settings.clusters} clusters`,
  seconds: ({ clips: { test }, feature }) => test * feature,
};
