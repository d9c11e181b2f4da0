export { createEvaluation } from './evaluation.ts';
export type {
  Crops,
  Evaluation,
  EvaluationCounts,
  EvaluationInput,
  ProtocolName,
  SelectionRule,
  Setting,
} from './evaluation.ts';
export { extractFeatures } from './features.ts';
export type { FeatureBatch, Features } from './features.ts';
export { holdOut } from './hold-out.ts';
export type { HoldOut, HoldOutOptions } from './hold-out.ts';
export { knn } from './knn.ts';
export type { KnnOptions, KnnResult } from './knn.ts';
export { linearProbe } from './linear-probe.ts';
export type { FeatureSource, LinearProbeResult } from './linear-probe.ts';
export { confusionMatrix, perClassAccuracy, top1 } from './metrics.ts';
export type { LinearProbeOptions, ProbeEpoch } from './probe-settings.ts';
export type { LinearWeights } from './softmax-regression.ts';
