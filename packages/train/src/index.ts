export { collapseOf, collapseText, COLLAPSED_SHARE, lossWithoutHalp } from './fit/collapse.ts';
export type { Collapse, EmbeddingSpread, MeasuredEpoch, RunStart } from './fit/collapse.ts';
export {
  CHECKPOINT_VERSION,
  checkpointInfo,
  loadCheckpointInto,
  loadCheckpointPartInto,
  saveCheckpoint,
  type CheckpointInfo,
  type TrainingState,
} from './run/checkpoint.ts';
export {
  fit,
  type EpochReport,
  type FitOptions,
  type StepReport,
  type TrainingBatch,
} from './fit/fit.ts';
export { NonFiniteLossError } from './fit/loss-meter.ts';
export {
  parseManifest,
  recipeDifferences,
  type ModuleRecord,
  type RunManifest,
} from './run/manifest.ts';
export { partGradients, type Gradients } from './fit/part-gradients.ts';
export { START, type EpochPart, type LossSum, type TrainingPosition } from './fit/position.ts';
export { gradientStep, lossAndGradients, type LossAndGradients } from './fit/step.ts';
