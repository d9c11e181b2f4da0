export {
  createRun,
  openRun,
  RUN_LOCK,
  type Keep,
  type KeepRecent,
  type Restorable,
  type RunFolder,
} from './run/run.ts';
export { readRunStart, writeRunStart } from './run/run-start.ts';
export type { SavedCheckpoint } from './run/saved-checkpoints.ts';
export { openEventFile, type EventFile } from './tensorboard/tensorboard.ts';
