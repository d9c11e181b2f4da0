import type { TablePlan } from '@halp/recipes';
import { encoder, type OnTransformer } from './recipes.ts';

/** The table of one data set: the same encoder untrained and trained by each objective. */
export function planOf(
  name: string,
  data: string,
  { mamp, distillation, moco }: OnTransformer,
): TablePlan {
  const { depth, width } = encoder;
  const { knn, linear } = moco.evaluation;
  return {
    name,
    title: `${data}, transformer of ${depth} blocks of width ${width}, ${moco.stream} stream, top-1`,
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
      `kNN: k = ${knn.k}, cosine, mean over tokens. ` +
        `Linear: ${linear.epochs} epochs, learning rate ${linear.learningRate}, ${linear.selectBy.replace('-', ' ')}.`,
      'Both on fixed centre crops of both parts.',
    ],
  };
}
