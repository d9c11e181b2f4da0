export { clustering } from './clustering/clustering.ts';
export type { ClusteringOptions, ClusteringResult } from './clustering/clustering.ts';
export {
  adjustedRandIndex,
  clusterAgreement,
  clusteringAccuracy,
  normalizedMutualInformation,
  purity,
} from './clustering/metrics.ts';
export type { ClusterAgreement } from './clustering/metrics.ts';
export type { ClipSource } from './features/clip-source.ts';
export { coordinatesKnn } from './neighbours/coordinates-knn.ts';
export type { BatchesOf, CoordinatesKnnOptions } from './neighbours/coordinates-knn.ts';
export { createEvaluation } from './metrics/evaluation.ts';
export type {
  Crops,
  Evaluation,
  EvaluationCounts,
  EvaluationInput,
  Outcome,
  ProtocolName,
  SelectionRule,
  Setting,
} from './metrics/evaluation.ts';
export { extractFeatures } from './features/features.ts';
export type { FeatureBatch, Features } from './features/features.ts';
export { fewShot } from './neighbours/few-shot.ts';
export type { FewShotOptions, FewShotResult } from './neighbours/few-shot.ts';
export { fineTune } from './probe/fine-tune.ts';
export type { CheckpointStore } from './probe/fine-tune-checkpoint.ts';
export type {
  FineTuneInput,
  FineTuneOptions,
  FineTuneResult,
  TrainableEncoder,
} from './probe/fine-tune.ts';
export { fuseFeatures, fuseScores } from './probe/fusion.ts';
export type {
  FeaturePart,
  FuseFeaturesOptions,
  FuseScoresOptions,
  ScorePart,
} from './probe/fusion.ts';
export { holdOut } from './probe/hold-out.ts';
export type { HoldOut, HoldOutOptions } from './probe/hold-out.ts';
export { accuracyInterval, bootstrapInterval } from './metrics/interval.ts';
export type { AccuracyIntervalOptions, BootstrapOptions, Interval } from './metrics/interval.ts';
export { kMeans } from './clustering/k-means.ts';
export type { KMeansOptions, KMeansResult } from './clustering/k-means.ts';
export { knn } from './neighbours/knn.ts';
export type { KnnOptions, KnnResult } from './neighbours/knn.ts';
export { labelledSubset } from './probe/labelled-subset.ts';
export type { LabelledSubset, LabelledSubsetOptions } from './probe/labelled-subset.ts';
export { linearProbe } from './probe/linear-probe.ts';
export type { FeatureSource, LinearProbeResult } from './probe/linear-probe.ts';
export {
  confusionMatrix,
  perClassAccuracy,
  predictionsOf,
  top1,
  topHits,
} from './metrics/metrics.ts';
export { nearest } from './neighbours/nearest.ts';
export type { Nearest, NearestOptions } from './neighbours/nearest.ts';
export { nearestByDistance } from './neighbours/nearest-by-distance.ts';
export type { NearestByDistance } from './neighbours/nearest-by-distance.ts';
export type { LinearProbeOptions, ProbeOptions } from './probe/settings.ts';
export type { ProbeResult } from './probe/training.ts';
export { alignment, rankMe, uniformity } from './metrics/representation.ts';
export { retrieval } from './neighbours/retrieval.ts';
export type {
  RecallAtK,
  RetrievalCounts,
  RetrievalOptions,
  RetrievalResult,
} from './neighbours/retrieval.ts';
export { semiSupervised } from './probe/semi-supervised.ts';
export type {
  SemiSupervisedInput,
  SemiSupervisedOptions,
  SemiSupervisedResult,
} from './probe/semi-supervised.ts';
export { singularValues } from './metrics/singular-values.ts';
export type { LinearWeights } from './probe/softmax-regression.ts';
export { streamsProbe } from './probe/streams-probe.ts';
export type {
  StreamFeatures,
  StreamFeatureSource,
  StreamsProbeOptions,
  StreamsProbeResult,
} from './probe/streams-probe.ts';
export type { ProbeEpoch, TrainingOptions } from './probe/training-options.ts';
