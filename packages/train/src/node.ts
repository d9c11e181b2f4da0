export { createRun, openRun, type Restorable, type RunFolder } from './run.ts';
