import type { Recipe } from '@halp/recipes';
import { FRAMES } from './motions.ts';

/** Frames of a view. */
const SIZE = 24;

const EPOCHS = 14;

const view: Recipe['views']['query'] = [
  { kind: 'module', module: './one-performance.ts', options: { frames: FRAMES } },
  { kind: 'crop-resize', size: SIZE, ratio: [0.75, 1], minimum: 16 },
  { kind: 'rotation', main: [-0.2, 0.2], others: [-0.1, 0.1] },
  {
    kind: 'one-of',
    choices: [
      { probability: 0.2, steps: [{ kind: 'joint-corruption', joints: 3 }] },
      { probability: 0.8, steps: [] },
    ],
  },
];

/** SimCLR whose two views are two performances of one motion. */
export const recipe: Recipe = {
  name: 'random-motions-simclr',
  data: { name: 'random-motions', benchmark: 'split', layout: 'kinect-v1', persons: 1 },
  stream: 'joint',
  views: { query: view, key: view },
  encoder: { kind: 'bigru', hidden: 96, layers: 2, direction: 'stepwise' },
  head: { hidden: 256, outputs: 128 },
  objective: { kind: 'simclr', temperature: 0.1 },
  optimizer: { kind: 'adamW', weightDecay: 0.01, clip: 1 },
  schedule: { kind: 'cosine', rate: 0.002, epochs: EPOCHS, warmUp: 1 },
  batchSize: 128,
  epochs: EPOCHS,
  evaluation: {
    view: [{ kind: 'centre-crop', size: SIZE, ratio: 1 }],
    knn: { k: 1 },
    linear: {
      ...{ epochs: 10, learningRate: 0.05, milestones: [], batchSize: 32 },
      selectBy: 'last-epoch',
    },
  },
};
