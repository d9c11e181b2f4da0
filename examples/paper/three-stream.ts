import type { TablePlan } from '@halp/recipes';
import { columnsOf, published, rowOf } from './rows.ts';

/** Joint, motion and bone: alone, fused after training, and trained jointly with cross-modal distillation. */
export const table: TablePlan = {
  name: 'paper-three-stream',
  title: 'Linear evaluation, BiGRU 3 × 1024, streams, top-1',
  seeds: [0],
  columns: columnsOf('linear'),
  rows: [
    rowOf('HaLP, joint', 'halp'),
    rowOf('HaLP, motion', 'halp', 'motion'),
    rowOf('HaLP, bone', 'halp', 'bone'),
    { label: 'HaLP, fused', fuse: ['HaLP, joint', 'HaLP, motion', 'HaLP, bone'] },
    {
      ...rowOf('3s-CMD', 'cmd'),
      reported: published(
        'Mao et al., ECCV 2022, as quoted by PCM3',
        [84.1, 90.9, 74.7, 76.1, 52.6],
      ),
    },
    rowOf('3s-HaLP+CMD', 'halp-cmd'),
  ],
};
