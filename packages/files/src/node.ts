export { writeFileAtomic } from './atomic.ts';
export { openNpy, type NpyFile } from './npy-file.ts';
export { createNpyWriter, type NpyWriter } from './npy-writer.ts';
