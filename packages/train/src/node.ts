export {
  createRun,
  openRun,
  RUN_LOCK,
  type Keep,
  type KeepRecent,
  type Restorable,
  type RunFolder,
} from './run.ts';
export { readRunStart, writeRunStart } from './run-start.ts';
export type { SavedCheckpoint } from './saved-checkpoints.ts';
export { openEventFile, type EventFile } from './tensorboard.ts';
