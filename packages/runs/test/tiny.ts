import { type Recipe, recipeNamed, syntheticHalp, syntheticMoco } from '@halp/recipes';

const small = {
  encoder: { kind: 'bigru', hidden: 4, layers: 1, direction: 'stepwise' },
  head: { hidden: 8, outputs: 8 },
  batchSize: 16,
  evaluation: {
    ...syntheticMoco.evaluation,
    linear: { ...syntheticMoco.evaluation.linear, epochs: 3, milestones: [2] },
  },
} as const;

/** The smallest MoCo recipe: three steps an epoch on the clips of two performers, one take each. */
export const tinyMoco: Recipe = {
  ...syntheticMoco,
  ...small,
  objective: { ...syntheticMoco.objective, queueSize: 32 } as Recipe['objective'],
};

/** The smallest recipe with HaLP from epoch 2. */
export const tinyHalp: Recipe = {
  ...syntheticHalp,
  ...small,
  objective: {
    ...syntheticHalp.objective,
    ...{ kind: 'halp', queueSize: 32, newest: 32, prototypes: 4, count: 5, fromEpoch: 2 },
  } as Recipe['objective'],
};

const supcon = recipeNamed('synthetic-supcon');

/** SupCon with one unaugmented view of a clip; small, but large enough to learn in two dozen epochs. */
export const tinySupCon: Recipe = {
  ...supcon,
  ...small,
  encoder: { ...small.encoder, hidden: 16 },
  batchSize: 32,
  views: { query: supcon.evaluation.view, key: supcon.views.key },
  schedule: { kind: 'constant', rate: 0.1 },
};
