export { collapseOf, collapseText, COLLAPSED_SHARE, lossWithoutHalp } from './collapse.ts';
export type { Collapse, EmbeddingSpread, MeasuredEpoch, RunStart } from './collapse.ts';
export {
  CHECKPOINT_VERSION,
  checkpointInfo,
  loadCheckpoint,
  saveCheckpoint,
  type CheckpointInfo,
  type TrainingState,
} from './checkpoint.ts';
export {
  fit,
  type EpochReport,
  type FitOptions,
  type StepReport,
  type TrainingBatch,
} from './fit.ts';
export { NonFiniteLossError } from './loss-meter.ts';
export {
  parseManifest,
  recipeDifferences,
  type ModuleRecord,
  type RunManifest,
} from './manifest.ts';
export { START, type EpochPart, type LossSum, type TrainingPosition } from './position.ts';
export { gradientStep, lossAndGradients, type LossAndGradients } from './step.ts';
