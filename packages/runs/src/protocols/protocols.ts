import type { Evaluation } from '@halp/protocols';
import type { ProtocolKind } from '@halp/recipes';
import { type ClusteringEvaluation, clusteringProtocol } from './clustering.ts';
import { type FewShotEvaluation, fewShotProtocol } from './few-shot.ts';
import { fineTuneProtocol } from './fine-tune.ts';
import { knnProtocol } from './knn.ts';
import { linearProtocol } from './linear.ts';
import { ownProtocol } from './own.ts';
import type { OwnEvaluation } from './own-protocol.ts';
import type { Figure, Protocol } from './protocol.ts';
import { type RetrievalEvaluation, retrievalProtocol } from './retrieval.ts';
import type { RepeatedEvaluation } from './run-fine-tune.ts';
import { semiSupervisedProtocol } from './semi-supervised.ts';

/** The result of a protocol. */
export type ProtocolResult =
  | Evaluation
  | RepeatedEvaluation
  | FewShotEvaluation
  | RetrievalEvaluation
  | ClusteringEvaluation
  | OwnEvaluation;

/** The name of a protocol in requests that were found and in results. */
export type ProtocolKey = ProtocolKind | 'module';

/** One record for each protocol, in the order of lists: neighbours, classifiers, other metrics, those of users. */
const records = {
  knn: knnProtocol,
  linear: linearProtocol,
  'fine-tune': fineTuneProtocol,
  'semi-supervised': semiSupervisedProtocol,
  'few-shot': fewShotProtocol,
  retrieval: retrievalProtocol,
  clustering: clusteringProtocol,
  module: ownProtocol,
} satisfies Readonly<Record<ProtocolKey, unknown>>;

/** The names of the records, in their order. */
export const protocolKeys: readonly ProtocolKey[] = Object.keys(records) as ProtocolKey[];

/** The record of a protocol. */
export function protocolOf(key: ProtocolKey): Protocol<ProtocolResult> {
  // A result is only passed to the record of its own protocol.
  return records[key] as unknown as Protocol<ProtocolResult>;
}

/** Whether a text is the name of a protocol. */
export function isProtocolKey(name: unknown): name is ProtocolKey {
  return typeof name === 'string' && Object.hasOwn(records, name);
}

/** The heading of each protocol that has a column in lists of runs. */
export const protocolHeadings: readonly (readonly [ProtocolKey, string])[] = protocolKeys.flatMap(
  (key) => {
    const { heading } = protocolOf(key);
    return heading === undefined ? [] : [[key, heading] as const];
  },
);

/** The main number of a result, a fraction, and the name of its metric. */
export function figureOf(result: ProtocolResult): Figure {
  return protocolOf(result.protocol).figure(result);
}
