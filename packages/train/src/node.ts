export { createRun, openRun, RUN_LOCK, type Restorable, type RunFolder } from './run.ts';
export { openEventFile, type EventFile } from './tensorboard.ts';
