export type { Batch } from './batch.ts';
export { createLoader, type Loader } from './loader.ts';
export type { LoaderOptions } from './options.ts';
