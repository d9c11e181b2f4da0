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

/** A protocol with its settings. */
export interface ProtocolRequest {
  /** The protocol. */
  readonly protocol: (typeof protocolKinds)[number];
  /** For 'knn': the number of neighbours. Default: the recipe's. */
  readonly k?: number | undefined;
  /** For 'semi-supervised': the fraction of training clips that keep their labels. Default: 0.1. */
  readonly labels?: number | undefined;
  /** For 'semi-supervised': whether every class keeps the same fraction. Default: false. */
  readonly balanced?: boolean | undefined;
  /** For 'semi-supervised': the number of random subsets. Default: 5. */
  readonly repeats?: number | undefined;
}

/** The result of a protocol. */
export type ProtocolResult =
  Evaluation | RepeatedEvaluation | FewShotEvaluation | RetrievalEvaluation | ClusteringEvaluation;

/** The repeats of a protocol, as one evaluation over the test clips of all repeats. */
export interface RepeatedEvaluation extends Evaluation {
  /** The accuracy of each repeat. */
  readonly repeats: readonly number[];
}

/** The result of few-shot episodes. */
export interface FewShotEvaluation extends Omit<FewShotResult, 'accuracies'> {
  /** The protocol. */
  readonly protocol: 'few-shot';
}

/** The result of retrieval. */
export interface RetrievalEvaluation extends Omit<RetrievalResult, 'averagePrecisions'> {
  /** The protocol. */
  readonly protocol: 'retrieval';
}

/** The result of clustering. */
export interface ClusteringEvaluation extends Omit<ClusteringResult, 'clusters'> {
  /** The protocol. */
  readonly protocol: 'clustering';
}

/** The input of a protocol. */
export interface ProtocolContext {
  /** The recipe, with the settings of the protocols. */
  readonly recipe: Recipe;
  /** The data set. */
  readonly data: EvaluationData;
  /** The encoders of the run. */
  readonly encoders: readonly StreamEncoder[];
  /** The modules that views may import. */
  readonly modules: readonly string[];
  /** Loads a copy of the encoders, for a protocol that trains them. */
  readonly copies: () => Promise<{ readonly encoders: readonly StreamEncoder[]; dispose(): void }>;
  /** The features in the evaluation view, computed once for all protocols. */
  readonly features: (part: 'train' | 'test') => Promise<PartFeatures>;
  /** Where a protocol that trains the encoder saves its state. Default: nowhere. */
  readonly checkpoint?: (repeat?: number) => CheckpointStore;
  /** Called with the trained linear classifier of a run of one stream. */
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
