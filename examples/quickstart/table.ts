import { syntheticHalp, syntheticMoco, type TablePlan } from '@halp/recipes';

/** Untrained, MoCo and HaLP on synthetic skeletons, with other people in the test part. */
export const table: TablePlan = {
  name: 'quickstart',
  title: 'Synthetic skeletons, cross-subject, BiGRU, top-1',
  seeds: [0],
  knnEvery: 5,
  columns: [
    { label: 'kNN', protocol: 'knn' },
    { label: 'linear', protocol: 'linear' },
  ],
  rows: [
    { label: 'untrained', recipe: syntheticMoco, epoch: 0 },
    { label: 'MoCo', recipe: syntheticMoco, epoch: syntheticMoco.epochs },
    {
      label: 'HaLP',
      recipe: syntheticHalp,
      epoch: syntheticHalp.epochs,
      branch: { recipe: syntheticMoco, epoch: 15 },
    },
  ],
  notes: [
    'kNN: k = 1, cosine, features before the head. Linear: 80 epochs, last epoch. Fixed centre crops.',
  ],
};
