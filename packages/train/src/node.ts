export { createRun, openRun, RUN_LOCK } from './run/run.ts';
export type { Keep, KeepRecent, Restorable, RunFolder } from './run/run-folder.ts';
export { readRunStart, writeRunStart } from './run/run-start.ts';
export type { SavedCheckpoint } from './run/saved-checkpoints.ts';
export { openEventFile, type EventFile } from './tensorboard/tensorboard.ts';
