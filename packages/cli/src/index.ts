export { doctor } from './terminal/doctor.ts';
export { ensureNative } from './terminal/native.ts';
export { listening, type ListeningOutput } from './terminal/listen.ts';
export { processOutput, type Output } from './terminal/output.ts';
export { createProgram } from './program.ts';
export type { LockHolder } from '@halp/files/node';
export { readSweep, type Sweep, type SweepRun } from './sweep/plan.ts';
export { completeSweepRun, type SweepRunOptions } from './sweep/run.ts';
export { announceBackend } from './terminal/announce-backend.ts';
