import { centreView, halpPretrainView } from '@halp/augment';
import type { HalpRecipe, MocoRecipe } from '../recipe/objective-recipe.ts';
import type { Recipe } from '../recipe/recipe.ts';

/** Half the frames that the authors use for NTU; clips of NW-UCLA have 39 on average. */
const view = halpPretrainView({ size: 32, minimum: 16, corrupted: 12 });

const moco: MocoRecipe = {
  kind: 'moco',
  // The authors' 16384 keys would be 16 times the size of this data set.
  queueSize: 512,
  temperature: 0.07,
  // 15 steps an epoch instead of 626: with 0.999 the key encoder would hardly change.
  momentum: 0.99,
};

const base: Omit<Recipe, 'name' | 'objective'> = {
  data: { name: 'nw-ucla', benchmark: 'xview', layout: 'kinect-v1', persons: 1 },
  stream: 'joint',
  views: { query: view, key: view },
  encoder: { kind: 'bigru', hidden: 128, layers: 3, direction: 'stepwise' },
  head: { hidden: 256, outputs: 128 },
  optimizer: { momentum: 0.9, weightDecay: 1e-4 },
  schedule: { kind: 'step', rate: 0.01, milestones: [255], factor: 0.1 },
  batchSize: 64,
  epochs: 300,
  evaluation: {
    view: centreView({ size: 32 }),
    knn: { k: 1 },
    linear: {
      epochs: 80,
      learningRate: 0.05,
      milestones: [50, 70],
      batchSize: 64,
      selectBy: 'last-epoch',
    },
  },
};

/**
 * MoCo on NW-UCLA, trained on views 1 and 2, tested on view 3; the baseline of HaLP.
 *
 * Optimizer, temperature, batch and views are those of the authors' code for NTU,
 * scaled down to the data set: 3 x 128 units instead of 3 x 1024, 32 frames instead of 64.
 */
export const nwUclaMoco: Recipe = { ...base, name: 'nw-ucla-moco', objective: moco };

const halp: HalpRecipe = {
  ...moco,
  kind: 'halp',
  fromEpoch: 150,
  weight: 1,
  lambda: 0.8,
  count: 100,
  prototypes: 20,
  newest: 256,
  every: 10,
  boundary: 'pairwise',
};

/**
 * HaLP on NW-UCLA: {@link nwUclaMoco} until epoch 150, then with hallucinated positives.
 *
 * Numbers of positives, prototypes and newest keys, update interval and lambda are the authors'; mu is that of PKU-MMD II.
 */
export const nwUclaHalp: Recipe = { ...base, name: 'nw-ucla-halp', objective: halp };

/**
 * The same two recipes with a graph encoder and fewer epochs: ST-GCN of width 16 and learning rate 0.1 as in AimCLR, ten
 * times that of the GRU; MoCo for 120 epochs, or HaLP from epoch 60 on.
 */
const graph: Pick<Recipe, 'encoder' | 'schedule' | 'epochs'> = {
  encoder: { kind: 'stgcn', width: 16, features: 256, partition: 'spatial-released' },
  schedule: { kind: 'step', rate: 0.1, milestones: [100], factor: 0.1 },
  epochs: 120,
};

/** {@link nwUclaMoco} with ST-GCN, 120 epochs. */
export const nwUclaStGcnMoco: Recipe = {
  ...nwUclaMoco,
  ...graph,
  name: 'nw-ucla-stgcn-moco',
};

/** {@link nwUclaHalp} with ST-GCN, 60 epochs of MoCo and 60 of HaLP. */
export const nwUclaStGcnHalp: Recipe = {
  ...nwUclaHalp,
  ...graph,
  name: 'nw-ucla-stgcn-halp',
  objective: { ...halp, fromEpoch: 60 },
};
