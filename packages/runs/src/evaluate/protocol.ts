import type {
  CheckpointStore,
  ClusteringResult,
  Evaluation,
  FewShotResult,
  ProbeEpoch,
  RetrievalResult,
} from '@halp/protocols';
import type { Classifier, Recipe, StreamEncoder } from '@halp/recipes';
import type { EvaluationData } from '../features/evaluation-data.ts';
import type { PartFeatures } from '../features/part-features.ts';

/** The protocols of `halp evaluate`. */
export const protocolKinds = [
  'knn',
  'linear',
  'fine-tune',
  'semi-supervised',
  'few-shot',
  'retrieval',
  'clustering',
] as const;

/** A protocol, and what of it is not the recipe's. */
export interface ProtocolRequest {
  /** Which. */
  readonly protocol: (typeof protocolKinds)[number];
  /** Neighbours that vote, for 'knn'; the recipe's unless given. */
  readonly k?: number | undefined;
  /** Part of the training clips that keep their labels, for 'semi-supervised'; 0.1 unless given. */
  readonly labels?: number | undefined;
  /** Whether every class keeps the same part; false unless given. */
  readonly balanced?: boolean | undefined;
  /** Subsets that are drawn; 5 unless given. */
  readonly repeats?: number | undefined;
}

/** What a protocol gives. */
export type ProtocolResult =
  Evaluation | RepeatedEvaluation | FewShotEvaluation | RetrievalEvaluation | ClusteringEvaluation;

/** The repeats of a protocol as one evaluation over all their test clips. */
export interface RepeatedEvaluation extends Evaluation {
  /** The accuracy of each repeat. */
  readonly repeats: readonly number[];
}

/** What few-shot episodes give. */
export interface FewShotEvaluation extends Omit<FewShotResult, 'accuracies'> {
  /** Which protocol. */
  readonly protocol: 'few-shot';
}

/** What retrieval gives. */
export interface RetrievalEvaluation extends Omit<RetrievalResult, 'averagePrecisions'> {
  /** Which protocol. */
  readonly protocol: 'retrieval';
}

/** What clustering gives. */
export interface ClusteringEvaluation extends Omit<ClusteringResult, 'clusters'> {
  /** Which protocol. */
  readonly protocol: 'clustering';
}

/** What a protocol is run on. */
export interface ProtocolContext {
  /** The recipe, whose protocols these are. */
  readonly recipe: Recipe;
  /** The clips. */
  readonly data: EvaluationData;
  /** The encoders of the run. */
  readonly encoders: readonly StreamEncoder[];
  /** The modules that views may import. */
  readonly modules: readonly string[];
  /** Another set of the same encoders, with the same weights, for a protocol that trains them. */
  readonly copies: () => Promise<{ readonly encoders: readonly StreamEncoder[]; dispose(): void }>;
  /** Features of the evaluation view, made once for all protocols. */
  readonly features: (part: 'train' | 'test') => Promise<PartFeatures>;
  /** Where a protocol that trains the encoder keeps its state; nowhere unless given. */
  readonly checkpoint?: (repeat?: number) => CheckpointStore;
  /** Called with a linear classifier of one stream when it is learned. */
  readonly onClassifier?: (classifier: Omit<Classifier, 'origin'>) => void;
  /** Called after every epoch of a classifier. */
  readonly onEpoch?: ((report: ProbeEpoch) => void) | undefined;
  /** Stops between two steps. */
  readonly signal?: AbortSignal | undefined;
}

/** The name of a protocol in file names: `knn`, `knn-5`, `semi-supervised-0.01`. */
export function protocolName({
  protocol,
  k,
  labels = 0.1,
  balanced = false,
}: ProtocolRequest): string {
  if (protocol === 'knn' && k !== undefined) return `knn-${k}`;
  if (protocol !== 'semi-supervised') return protocol;
  return `${protocol}-${labels}${balanced ? '-balanced' : ''}`;
}
