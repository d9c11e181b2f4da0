export { createRun, openRun, RUN_LOCK, type Restorable, type RunFolder } from './run.ts';
