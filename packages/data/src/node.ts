export { openArrays, type OpenArraysOptions } from './open-arrays.ts';
export { openDataset, readManifest, type OpenDatasetOptions } from './open-dataset.ts';
export { prepareNwUcla, type PrepareNwUclaOptions } from './prepare-nw-ucla.ts';
export { prepareSynthetic, type PrepareSyntheticOptions } from './prepare-synthetic.ts';
export type { PrepareOptions, Progress } from './prepared-writer.ts';
