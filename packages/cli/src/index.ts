export { classify, type Classified, type ClassifyOptions } from './classify.ts';
export { completeRun, type RunToComplete } from './complete-run.ts';
export { doctor } from './doctor.ts';
export { embed, type EmbedOptions } from './embed.ts';
export {
  estimate,
  estimateText,
  type EstimateOptions,
  type EvaluationEstimate,
  type RunEstimate,
  type TableEstimate,
} from './estimate.ts';
export { ensureEvaluations, type EnsureOptions } from './ensure-evaluations.ts';
export {
  evaluate,
  type EvaluateOptions,
  type RunEvaluation,
  type SavedEvaluation,
} from './evaluate.ts';
export type { CoordinatesResult } from './coordinates.ts';
export type { DataIdentity } from './data-checksums.ts';
export type { EvaluationIdentity } from './evaluation-identity.ts';
export type { RunResult } from './run-results.ts';
export type { ClassifierChange, RunToEvaluate } from './open-for-evaluation.ts';
export type {
  ClusteringEvaluation,
  FewShotEvaluation,
  ProtocolRequest,
  ProtocolResult,
  RepeatedEvaluation,
  RetrievalEvaluation,
} from './protocol.ts';
export { exportRun, type ExportOptions } from './export-run.ts';
export { fuse, type FusedEvaluation, type FusedPart, type FuseOptions } from './fuse.ts';
export { importCheckpoint, type ImportOptions } from './import-checkpoint.ts';
export { loadRecipe } from './load-recipe.ts';
export { loadTable } from './load-table.ts';
export { ensureNative } from './native.ts';
export { processOutput, type Output } from './output.ts';
export type { OtherPrecision } from './precision-field.ts';
export { preparable, prepare, type PreparableName, type PrepareCommand } from './prepare.ts';
export { pretrain } from './pretrain.ts';
export type { BranchPoint, PretrainOptions } from './pretrain-options.ts';
export { createProgram } from './program.ts';
export type { MeasuredCell } from './measure-cell.ts';
export {
  reproduce,
  type MeasuredRow,
  type MeasuredTable,
  type ReproduceOptions,
} from './reproduce.ts';
export type { LockHolder } from '@halp/files/node';
export { retrieve, type Retrieved, type RetrieveOptions } from './retrieve.ts';
export { runReport, type RunReportOptions } from './run-report.ts';
export {
  runStatuses,
  type BrokenRun,
  type FoundRuns,
  type RunAccuracy,
  type RunState,
  type RunStatus,
} from './runs.ts';
export { readSweep, type Sweep, type SweepRun } from './sweep-plan.ts';
export { completeSweepRun } from './sweep-run.ts';
export { startBackend } from './start-backend.ts';
export { tableOf, tableText, writeTableReport } from './table-report.ts';
