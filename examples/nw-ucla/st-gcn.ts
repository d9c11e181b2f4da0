import {
  nwUclaHalp,
  nwUclaMoco,
  nwUclaStGcnHalp,
  nwUclaStGcnMoco,
  type TablePlan,
} from '@halp/recipes';

/** The same objective with another encoder: ST-GCN with fewer epochs, compared with the BiGRU. */
export const table: TablePlan = {
  name: 'nw-ucla-st-gcn',
  title: 'NW-UCLA, views 1 and 2 to view 3: two encoders, joint stream, top-1, one seed',
  seeds: [0],
  columns: [
    { label: 'kNN', protocol: 'knn' },
    { label: 'linear', protocol: 'linear' },
  ],
  rows: [
    { label: 'BiGRU 3 × 128: MoCo, epoch 300', recipe: nwUclaMoco },
    {
      label: 'BiGRU 3 × 128: HaLP from epoch 150, epoch 300',
      recipe: nwUclaHalp,
      branch: { recipe: nwUclaMoco, epoch: 150 },
    },
    { label: 'ST-GCN 16: untrained', recipe: nwUclaStGcnMoco, epoch: 0 },
    { label: 'ST-GCN 16: MoCo, epoch 60', recipe: nwUclaStGcnMoco, epoch: 60 },
    { label: 'ST-GCN 16: MoCo, epoch 120', recipe: nwUclaStGcnMoco },
    {
      label: 'ST-GCN 16: HaLP from epoch 60, epoch 120',
      recipe: nwUclaStGcnHalp,
      branch: { recipe: nwUclaStGcnMoco, epoch: 60 },
    },
  ],
  notes: ['ST-GCN is reduced: 120 epochs, one seed.'],
};
