export { expectDataset } from './prepared/expect-dataset.ts';
