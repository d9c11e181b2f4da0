export { expectDataset } from './dataset/expect-dataset.ts';
export { DATA_NAME, isDataName } from './prepared/data-name.ts';
