import { centreView, halpPretrainView } from '@halp/augment';
import type { HalpRecipe, MocoRecipe } from './objective-recipe.ts';
import type { Recipe } from './recipe.ts';

const view = halpPretrainView({ size: 24, minimum: 16, corrupted: 8 });

const moco: MocoRecipe = { kind: 'moco', queueSize: 256, temperature: 0.1, momentum: 0.99 };

const base: Omit<Recipe, 'name' | 'objective'> = {
  data: { name: 'synthetic', benchmark: 'xsub', layout: 'kinect-v2', persons: 2 },
  stream: 'joint',
  views: { query: view, key: view },
  encoder: { kind: 'bigru', hidden: 64, layers: 2, direction: 'stepwise' },
  head: { hidden: 128, outputs: 64 },
  optimizer: { momentum: 0.9, weightDecay: 1e-4 },
  schedule: { kind: 'constant', rate: 0.05 },
  batchSize: 32,
  epochs: 30,
  evaluation: {
    view: centreView({ size: 24 }),
    knn: { k: 1 },
    linear: {
      epochs: 80,
      learningRate: 0.05,
      milestones: [50, 70],
      batchSize: 32,
      selectBy: 'last-epoch',
    },
  },
};

/** MoCo on the synthetic data set, small enough to watch. */
export const syntheticMoco: Recipe = { ...base, name: 'synthetic-moco', objective: moco };

const halp: HalpRecipe = {
  ...moco,
  kind: 'halp',
  fromEpoch: 15,
  weight: 1,
  lambda: 0.8,
  count: 100,
  prototypes: 20,
  newest: 256,
  every: 10,
  boundary: 'pairwise',
};

/** HaLP on the synthetic data set: {@link syntheticMoco} until epoch 15, hallucinated positives as well from then on. */
export const syntheticHalp: Recipe = { ...base, name: 'synthetic-halp', objective: halp };
