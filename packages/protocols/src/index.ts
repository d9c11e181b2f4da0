export { clustering } from './clustering.ts';
export type { ClusteringOptions, ClusteringResult } from './clustering.ts';
export {
  adjustedRandIndex,
  clusterAgreement,
  clusteringAccuracy,
  normalizedMutualInformation,
  purity,
} from './clustering-metrics.ts';
export type { ClusterAgreement } from './clustering-metrics.ts';
export type { ClipSource } from './clip-source.ts';
export { coordinatesKnn } from './coordinates-knn.ts';
export type { BatchesOf, CoordinatesKnnOptions } from './coordinates-knn.ts';
export { createEvaluation } from './evaluation.ts';
export type {
  Crops,
  Evaluation,
  EvaluationCounts,
  EvaluationInput,
  Outcome,
  ProtocolName,
  SelectionRule,
  Setting,
} from './evaluation.ts';
export { extractFeatures } from './features.ts';
export type { FeatureBatch, Features } from './features.ts';
export { fewShot } from './few-shot.ts';
export type { FewShotOptions, FewShotResult } from './few-shot.ts';
export { fineTune } from './fine-tune.ts';
export type { CheckpointStore } from './fine-tune-checkpoint.ts';
export type {
  FineTuneInput,
  FineTuneOptions,
  FineTuneResult,
  TrainableEncoder,
} from './fine-tune.ts';
export { fuseFeatures, fuseScores } from './fusion.ts';
export type { FeaturePart, FuseFeaturesOptions, FuseScoresOptions, ScorePart } from './fusion.ts';
export { holdOut } from './hold-out.ts';
export type { HoldOut, HoldOutOptions } from './hold-out.ts';
export { accuracyInterval, bootstrapInterval } from './interval.ts';
export type { AccuracyIntervalOptions, BootstrapOptions, Interval } from './interval.ts';
export { kMeans } from './k-means.ts';
export type { KMeansOptions, KMeansResult } from './k-means.ts';
export { knn } from './knn.ts';
export type { KnnOptions, KnnResult } from './knn.ts';
export { labelledSubset } from './labelled-subset.ts';
export type { LabelledSubset, LabelledSubsetOptions } from './labelled-subset.ts';
export { linearProbe } from './linear-probe.ts';
export type { FeatureSource, LinearProbeResult } from './linear-probe.ts';
export { confusionMatrix, perClassAccuracy, predictionsOf, top1, topHits } from './metrics.ts';
export { nearest } from './nearest.ts';
export type { Nearest, NearestOptions } from './nearest.ts';
export { nearestByDistance } from './nearest-by-distance.ts';
export type { NearestByDistance } from './nearest-by-distance.ts';
export { exemplarRows, ntu120OneShotExemplars, oneShot } from './one-shot.ts';
export type { OneShotOptions, OneShotResult } from './one-shot.ts';
export type { LinearProbeOptions, ProbeOptions } from './probe-settings.ts';
export type { ProbeResult } from './probe-training.ts';
export { alignment, rankMe, uniformity } from './representation.ts';
export { retrieval } from './retrieval.ts';
export type { RecallAtK, RetrievalCounts, RetrievalOptions, RetrievalResult } from './retrieval.ts';
export { semiSupervised } from './semi-supervised.ts';
export type {
  SemiSupervisedInput,
  SemiSupervisedOptions,
  SemiSupervisedResult,
} from './semi-supervised.ts';
export { singularValues } from './singular-values.ts';
export type { LinearWeights } from './softmax-regression.ts';
export { streamsProbe } from './streams-probe.ts';
export type {
  StreamFeatures,
  StreamFeatureSource,
  StreamsProbeOptions,
  StreamsProbeResult,
} from './streams-probe.ts';
export type { ProbeEpoch, TrainingOptions } from './training-options.ts';
