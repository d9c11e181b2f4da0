import { centreView, halpPretrainView } from '@halp/augment';
import type { HalpRecipe, MocoRecipe } from '../recipe/objective-recipe.ts';
import type { Recipe } from '../recipe/recipe.ts';

/** As for NW-UCLA: the same sensor and frame rate, clips of 41 to 125 frames. */
const view = halpPretrainView({ size: 32, minimum: 16, corrupted: 12 });

const moco: MocoRecipe = {
  kind: 'moco',
  // About the same fraction of the 431 training clips as 512 of NW-UCLA's 1020.
  queueSize: 256,
  temperature: 0.07,
  momentum: 0.99,
};

const base: Omit<Recipe, 'name' | 'objective'> = {
  data: { name: 'utd-mhad', benchmark: 'xsub', layout: 'kinect-v1', persons: 1 },
  stream: 'joint',
  views: { query: view, key: view },
  encoder: { kind: 'bigru', hidden: 128, layers: 3, direction: 'stepwise' },
  head: { hidden: 256, outputs: 128 },
  optimizer: { momentum: 0.9, weightDecay: 1e-4 },
  schedule: { kind: 'step', rate: 0.01, milestones: [255], factor: 0.1 },
  // 13 steps an epoch; the authors' batch of 64 would give 6.
  batchSize: 32,
  epochs: 300,
  evaluation: {
    view: centreView({ size: 32 }),
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

/**
 * MoCo on UTD-MHAD, trained on odd performers, tested on even ones; the baseline of HaLP.
 *
 * The recipe of NW-UCLA, recorded with the same sensor, with a shorter queue and smaller batches, since the
 * data set has less than half the size. Nothing was tuned.
 */
export const utdMhadMoco: Recipe = { ...base, name: 'utd-mhad-moco', objective: moco };

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
 * HaLP on UTD-MHAD: {@link utdMhadMoco} until epoch 150, then with hallucinated positives.
 *
 * Numbers of positives, prototypes and newest keys, update interval and lambda are the authors'; mu is that of
 * PKU-MMD II. The 256 newest keys are the whole queue here.
 */
export const utdMhadHalp: Recipe = { ...base, name: 'utd-mhad-halp', objective: halp };
