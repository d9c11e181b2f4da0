import { type TableColumn, type TablePlan, utdMhadHalp, utdMhadMoco } from '@halp/recipes';

const on: TableColumn['on'] = { data: 'nw-ucla', benchmark: 'xview' };

/** Frozen encoders trained on UTD-MHAD, evaluated on NW-UCLA: other actions, other views. */
export const table: TablePlan = {
  name: 'utd-mhad-to-nw-ucla',
  title: 'UTD-MHAD to NW-UCLA, views 1 and 2 to view 3, BiGRU 3 × 128, top-1',
  seeds: [0, 1, 2],
  columns: [
    { label: 'kNN', protocol: 'knn', on },
    { label: 'linear', protocol: 'linear', on },
  ],
  rows: [
    { label: 'untrained', recipe: utdMhadMoco, epoch: 0 },
    { label: 'MoCo, epoch 300', recipe: utdMhadMoco },
    { label: 'HaLP, epoch 300', recipe: utdMhadHalp, branch: { recipe: utdMhadMoco, epoch: 150 } },
  ],
};
