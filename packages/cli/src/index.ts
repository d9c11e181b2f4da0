export { doctor } from './terminal/doctor.ts';
export { ensureNative } from './terminal/native.ts';
export { listening, type ListeningOutput } from './terminal/listen.ts';
export { processOutput, type Output } from './terminal/output.ts';
export { createProgram } from './program.ts';
export { announceBackend } from './terminal/announce-backend.ts';
