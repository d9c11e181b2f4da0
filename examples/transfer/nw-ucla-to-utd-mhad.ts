import { nwUclaHalp, nwUclaMoco, type TableColumn, type TablePlan } from '@halp/recipes';

const on: TableColumn['on'] = { data: 'utd-mhad', benchmark: 'xsub' };

/** Frozen encoders trained on NW-UCLA, evaluated on UTD-MHAD: other actions, other people. */
export const table: TablePlan = {
  name: 'nw-ucla-to-utd-mhad',
  title: 'NW-UCLA to UTD-MHAD, odd performers to even ones, BiGRU 3 × 128, top-1',
  seeds: [0, 1, 2],
  columns: [
    { label: 'kNN', protocol: 'knn', on },
    { label: 'linear', protocol: 'linear', on },
  ],
  rows: [
    { label: 'untrained', recipe: nwUclaMoco, epoch: 0 },
    { label: 'MoCo, epoch 300', recipe: nwUclaMoco },
    { label: 'HaLP, epoch 300', recipe: nwUclaHalp, branch: { recipe: nwUclaMoco, epoch: 150 } },
  ],
};
