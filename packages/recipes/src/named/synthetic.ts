import { aimclrExtremeView, centreView, halpPretrainView } from '@halp/augment';
import { type HalpRecipe, isOverStreams, type MocoRecipe } from '../recipe/objective-recipe.ts';
import type { Recipe } from '../recipe/recipe.ts';

const view = halpPretrainView({ size: 24, minimum: 16, corrupted: 8 });

const queue = { queueSize: 256, temperature: 0.1, momentum: 0.99 };
const moco: MocoRecipe = { kind: 'moco', ...queue };

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

/** MoCo on the synthetic data set, small enough to follow live. */
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

/** HaLP on the synthetic data set: {@link syntheticMoco} until epoch 15, then with hallucinated positives. */
export const syntheticHalp: Recipe = { ...base, name: 'synthetic-halp', objective: halp };

/** The other objectives on the synthetic data set: {@link syntheticMoco} with another loss, as templates. */
export const syntheticOthers: readonly Recipe[] = (
  [
    { kind: 'cmd', ...queue, topK: 128, teacherTemperature: 0.05, studentTemperature: 0.1 },
    { kind: 'crossclr', ...queue, crossFromEpoch: 15, neighbours: 1 },
    { kind: 'aimclr', ...queue, mineFromEpoch: 15, neighbours: 1 },
    { kind: 'simclr', temperature: 0.1 },
    { kind: 'supcon', temperature: 0.1 },
    { kind: 'barlow-twins', lambda: 0.005 },
    { kind: 'vicreg', invariance: 25, variance: 25, covariance: 1 },
    { kind: 'byol', momentum: 0.99, predictor: 128 },
  ] as const
).map((objective): Recipe => ({
  ...base,
  name: `synthetic-${objective.kind}`,
  objective,
  stream: isOverStreams(objective) ? '3s' : 'joint',
  views:
    objective.kind === 'aimclr'
      ? { query: view, key: view, extreme: aimclrExtremeView({ size: 24 }) }
      : base.views,
}));
