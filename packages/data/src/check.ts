export { expectDataset } from './expect-dataset.ts';
