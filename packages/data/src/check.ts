export { expectDataset } from './dataset/expect-dataset.ts';
