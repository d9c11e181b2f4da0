import type { ClusteringResult } from '@halp/protocols';
import { withoutClassifier } from './evaluation-texts.ts';
import type { Protocol } from './protocol.ts';

/** The result of clustering. */
export interface ClusteringEvaluation extends Omit<ClusteringResult, 'clusters'> {
  /** The protocol. */
  readonly protocol: 'clustering';
}

/** k-means on the test part, compared with its classes. */
export const clusteringProtocol: Protocol<ClusteringEvaluation> = {
  ...withoutClassifier,
  settings: ({ view }) => ({ view }),
  fileWords: () => ['clustering'],
  run: async (_, { features }, rng) => {
    const { clustering } = await import('@halp/protocols');
    const { fused } = await features('test');
    const { clusters: _all, ...result } = await clustering(fused, {}, rng.fork('clustering'));
    return { protocol: 'clustering', ...result };
  },
  figure: ({ nmi }) => ({ value: nmi, what: 'NMI' }),
  text: () => 'clustering, NMI',
  detail: ({ ari, settings }) => `ARI ${ari.toFixed(3)}, ${settings.clusters} clusters`,
  seconds: ({ clips: { test }, feature }) => test * feature,
};
