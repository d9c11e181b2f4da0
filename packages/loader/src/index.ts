export type { Batch } from './batch.ts';
export { createLoader, type Loader, type LoaderOptions } from './loader.ts';
