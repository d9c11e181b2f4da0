export type { Batch } from './batch.ts';
export type { Loader } from './epochs.ts';
export { createLoader } from './loader.ts';
export type { LoaderOptions } from './options.ts';
