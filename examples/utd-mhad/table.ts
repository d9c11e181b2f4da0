import { type TablePlan, utdMhadHalp, utdMhadMoco } from '@halp/recipes';

/** MoCo and HaLP on UTD-MHAD with a small BiGRU, trained on odd performers, tested on even ones. */
export const table: TablePlan = {
  name: 'utd-mhad',
  title: 'UTD-MHAD, odd to even performers, BiGRU 3 × 128, joint stream, top-1',
  seeds: [0, 1, 2],
  columns: [
    { label: 'kNN', protocol: 'knn' },
    { label: 'linear', protocol: 'linear' },
  ],
  rows: [
    { label: 'untrained', recipe: utdMhadMoco, epoch: 0 },
    { label: 'MoCo, epoch 150', recipe: utdMhadMoco, epoch: 150 },
    { label: 'MoCo, epoch 300', recipe: utdMhadMoco, epoch: 300 },
    {
      label: 'HaLP from epoch 150, epoch 300',
      recipe: utdMhadHalp,
      epoch: 300,
      branch: { recipe: utdMhadMoco, epoch: 150 },
    },
  ],
  knnEvery: 50,
  notes: [
    'kNN: k = 1, cosine, features before the head. Linear: 80 epochs, learning rate 0.05, last epoch.',
    'Both on fixed centre crops of both parts, not on a new random crop in every epoch.',
  ],
};
