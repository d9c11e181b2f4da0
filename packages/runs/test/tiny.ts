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

/** MoCo, as small as it gets: three steps an epoch on two performers' single takes. */
export const tinyMoco: Recipe = {
  ...syntheticMoco,
  ...small,
  objective: { ...syntheticMoco.objective, queueSize: 32 } as Recipe['objective'],
};

/** HaLP from epoch 2 on, as small as it gets. */
export const tinyHalp: Recipe = {
  ...syntheticHalp,
  ...small,
  objective: {
    ...syntheticHalp.objective,
    ...{ kind: 'halp', queueSize: 32, newest: 32, prototypes: 4, count: 5, fromEpoch: 2 },
  } as Recipe['objective'],
};

const supcon = recipeNamed('synthetic-supcon');

/** SupCon, one view of a clip as it is, small, but not too small to learn something in two dozen epochs. */
export const tinySupCon: Recipe = {
  ...supcon,
  ...small,
  encoder: { ...small.encoder, hidden: 16 },
  batchSize: 32,
  views: { query: supcon.evaluation.view, key: supcon.views.key },
  schedule: { kind: 'constant', rate: 0.1 },
};
