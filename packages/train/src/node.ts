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
export { openEventFile, type EventFile } from './tensorboard.ts';
