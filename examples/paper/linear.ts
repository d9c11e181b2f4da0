import type { TablePlan } from '@halp/recipes';
import { columnsOf, published, rowOf } from './rows.ts';

const source =
  'Shah et al., CVPR 2023, as quoted by PCM3, USDRL (AAAI and TPAMI versions) and SOfA';

/** Linear evaluation of the joint stream. */
export const table: TablePlan = {
  name: 'paper-linear',
  title: 'Linear evaluation, BiGRU 3 × 1024, joint stream, top-1',
  seeds: [0],
  columns: columnsOf('linear'),
  rows: [
    rowOf('MoCo', 'moco'),
    { ...rowOf('HaLP', 'halp'), reported: published(source, [79.7, 86.8, 71.1, 72.2, 43.5]) },
  ],
};
