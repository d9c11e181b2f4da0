export {
  exportFormats,
  exportRun,
  type ExportedRun,
  type ExportOptions,
} from './checkpoints/export.ts';
export {
  importCheckpoint,
  type ImportOptions,
  type StatedPreparation,
} from './checkpoints/import.ts';
export { type CoordinatesResult } from './evaluate/coordinates.ts';
export { type SetCoordinates } from './show/coordinates-of-set.ts';
export { ensureEvaluations, type EnsureOptions } from './evaluate/ensure-evaluations.ts';
export { evaluate, type EvaluateOptions } from './evaluate/evaluate.ts';
export type {
  ClassifierEpochEvent,
  CoordinatesEvent,
  EvaluationEvent,
  EvaluationProgress,
  FusionEvent,
} from './evaluate/events.ts';
export { type EvaluationIdentity } from './evaluate/evaluation-identity.ts';
export { fusible, fusionLevels, fuse, type FuseOptions } from './evaluate/fuse.ts';
export type { FusedEvaluation, FusedPart } from './evaluate/fused-evaluation.ts';
export { type RunToEvaluate } from './evaluate/open-for-evaluation.ts';
export type { ClassifierChange } from './protocols/change.ts';
export type { ClusteringEvaluation } from './protocols/clustering.ts';
export type { FewShotEvaluation } from './protocols/few-shot.ts';
export type {
  OwnEvaluation,
  OwnFigure,
  OwnPredictions,
  OwnProtocol,
  OwnProtocolInput,
  OwnProtocolResult,
} from './protocols/own-protocol.ts';
export type { Figure } from './protocols/protocol.ts';
export { figureOf, type ProtocolKey, type ProtocolResult } from './protocols/protocols.ts';
export type { RepeatedEvaluation } from './protocols/run-fine-tune.ts';
export type { RetrievalEvaluation } from './protocols/retrieval.ts';
export type { PartFeatures } from './features/part-features.ts';
export type { ProtocolRequest } from '@halp/recipes';
export type { RunEvaluation, SavedEvaluation } from './evaluate/run-evaluation.ts';
export type { NoteEvent, Remark, WarningEvent } from './run/events.ts';
export type { EpochEvent, StepEvent, TrainingEvent } from './train/events.ts';
export { eventText } from './show/event-text.ts';
export type { RunEvent } from './show/events.ts';
export { type RunResult } from './evaluate/results.ts';
export { type DataIdentity } from './run/data-checksums.ts';
export { loadRecipe } from './run/load-recipe.ts';
export { type OtherPrecision } from './run/precision-field.ts';
export {
  runStatuses,
  type BrokenRun,
  type FoundRuns,
  type RunAccuracy,
  type RunState,
  type RunStatus,
} from './show/list.ts';
export { drawClip, namedPipelines, type DrawOptions } from './show/draw-clip.ts';
export {
  inspect,
  inspectionLines,
  type InspectedClip,
  type Inspection,
  type InspectOptions,
} from './show/inspect.ts';
export { runReport, type RunReportOptions } from './show/report.ts';
export {
  estimate,
  estimateText,
  type EstimateOptions,
  type EvaluationEstimate,
  type RunEstimate,
  type TableEstimate,
} from './tables/estimate.ts';
export { loadTable } from './tables/load-table.ts';
export { type MeasuredCell } from './tables/measure-cell.ts';
export {
  reproduce,
  type MeasuredRow,
  type MeasuredTable,
  type ReproduceOptions,
} from './tables/reproduce.ts';
export { tableOf, tableText, writeTableReport } from './tables/table-report.ts';
export { completeSweepRun, type SweepRunOptions } from './sweep/complete-sweep-run.ts';
export { readSweep, type Sweep, type SweepRun } from './sweep/plan.ts';
export { runSweep, type RunSweepOptions, type SweepEvent } from './sweep/run-sweep.ts';
export { completeRun, type RunToComplete } from './train/complete-run.ts';
export {
  type BranchPoint,
  type InitPoint,
  type PretrainOptions,
} from './train/pretrain-options.ts';
export { pretrain } from './train/pretrain.ts';
export {
  classify,
  type Classified,
  type ClassifiedEvent,
  type ClassifyEvent,
  type ClassifyOptions,
} from './use/classify.ts';
export { embed, type Embedded, type EmbedOptions } from './use/embed.ts';
export { retrieve, type Retrieved, type RetrieveOptions } from './use/retrieve.ts';
export {
  loadClassifier,
  loadEncoder,
  type LoadClassifierOptions,
  type LoadEncoderOptions,
  type ModelInputInNode,
} from './use/load.ts';
export type {
  ClassifierModel,
  ClassifyClipOptions,
  EncoderModel,
  ModelFeatures,
  ModelInput,
} from '@halp/recipes';
