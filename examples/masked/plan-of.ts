import type { TablePlan } from '@halp/recipes';
import type { OnTransformer } from './recipes.ts';

/** The table of one data set: the same encoder untrained and trained by each objective. */
export function planOf(
  name: string,
  data: string,
  { mamp, distillation, moco }: OnTransformer,
): TablePlan {
  return {
    name,
    title: `${data}, transformer of 3 blocks of width 64, joint stream, top-1`,
    seeds: [0, 1, 2],
    columns: [
      { label: 'kNN', protocol: 'knn' },
      { label: 'linear', protocol: 'linear' },
    ],
    rows: [
      { label: 'untrained', recipe: moco, epoch: 0 },
      { label: 'MAMP', recipe: mamp },
      { label: 'masked self-distillation', recipe: distillation },
      { label: 'MoCo', recipe: moco },
    ],
    notes: [
      'kNN: k = 1, cosine, mean over tokens. Linear: 80 epochs, learning rate 0.05, last epoch.',
      'Both on fixed centre crops of both parts.',
    ],
  };
}
