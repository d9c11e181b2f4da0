import { syntheticHalp, syntheticMoco, type Recipe } from '@halp/recipes';

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
