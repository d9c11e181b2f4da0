import { nwUclaHalp, nwUclaMoco, type Reported, type TablePlan } from '@halp/recipes';

/** The mean of seeds 0 and 1. */
const authors = (seed0: number, seed1: number): Reported => ({
  value: (seed0 + seed1) / 2,
  source:
    "the authors' model, generator and losses on this recipe, PyTorch 2.13, mean of seeds 0 and 1; our implementation of k-means",
});

/** MoCo and HaLP on NW-UCLA with a small BiGRU, trained on views 1 and 2, tested on view 3. */
export const table: TablePlan = {
  name: 'nw-ucla',
  title: 'NW-UCLA, views 1 and 2 to view 3, BiGRU 3 × 128, joint stream, top-1',
  seeds: [0, 1, 2],
  columns: [
    { label: 'kNN', protocol: 'knn' },
    { label: 'linear', protocol: 'linear' },
  ],
  rows: [
    {
      label: 'untrained',
      recipe: nwUclaMoco,
      epoch: 0,
      reported: { kNN: authors(0.573, 0.588), linear: authors(0.42, 0.431) },
    },
    {
      label: 'MoCo, epoch 150',
      recipe: nwUclaMoco,
      epoch: 150,
      reported: { kNN: authors(0.746, 0.741), linear: authors(0.759, 0.718) },
    },
    {
      label: 'MoCo, epoch 300',
      recipe: nwUclaMoco,
      epoch: 300,
      reported: { kNN: authors(0.769, 0.759), linear: authors(0.778, 0.759) },
    },
    {
      label: 'HaLP from epoch 150, epoch 300',
      recipe: nwUclaHalp,
      epoch: 300,
      branch: { recipe: nwUclaMoco, epoch: 150 },
      reported: { kNN: authors(0.776, 0.785), linear: authors(0.776, 0.741) },
    },
  ],
  notes: [
    'kNN: k = 1, cosine, features before the head. Linear: 80 epochs, learning rate 0.05, last epoch.',
    'Both on fixed centre crops of both parts, not on a new random crop in every epoch.',
  ],
};
