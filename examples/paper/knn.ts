import type { TablePlan } from '@halp/recipes';
import { columnsOf, published, rowOf } from './rows.ts';

const source = 'Shah et al., CVPR 2023, as quoted by PCM3 (action retrieval)';

/** Nearest neighbour, k = 1, on the joint stream. */
export const table: TablePlan = {
  name: 'paper-knn',
  title: 'kNN, k = 1, BiGRU 3 × 1024, joint stream, top-1',
  seeds: [0],
  columns: columnsOf('knn'),
  rows: [
    rowOf('MoCo', 'moco'),
    { ...rowOf('HaLP', 'halp'), reported: published(source, [65.8, 83.6, 55.8, 59.0]) },
  ],
};
