import { centreView, type Pipeline } from '@halp/augment';
import { nwUclaMoco, type Recipe, utdMhadMoco } from '@halp/recipes';

/**
 * The view of the masked objectives: 50 to 100 % of the clip, resized, and rotated by up to 0.3 radians about one axis.
 * MAMP crops 50 to 100 % and rotates at random too (its configuration for NTU RGB+D).
 */
const view: Pipeline = [
  { kind: 'crop-resize', size: 32, ratio: [0.5, 1], minimum: 16 },
  { kind: 'rotation', main: [-0.3, 0.3], others: [-0.05, 0.05] },
];

/** MAMP's transformer, reduced: 32 frames, width 64, 3 blocks of 4 heads instead of 120, 256, 8 and 8. */
export const encoder = {
  kind: 'transformer',
  ...{ frames: 32, segment: 4, width: 64, depth: 3, heads: 4 },
} satisfies Recipe['encoder'];

/**
 * MAMP's optimizer and schedule with fewer epochs: AdamW, β2 = 0.95, decay 0.05 except on norms and biases, a warm-up of 5 %
 * and half a cosine from 1e-3 to 5e-4. Batches of 32, since the data sets are small. Nothing was tuned.
 */
const training = (
  epochs: number,
): Pick<Recipe, 'optimizer' | 'schedule' | 'batchSize' | 'epochs'> => ({
  optimizer: { kind: 'adamW', beta2: 0.95, weightDecay: 0.05, decayOn: 'weights' },
  schedule: { kind: 'cosine', rate: 1e-3, epochs, final: 5e-4, warmUp: epochs / 20 },
  batchSize: 32,
  epochs,
});

/** The recipes of one data set. */
export interface OnTransformer {
  /** Masked motion prediction. */
  readonly mamp: Recipe;
  /** Masked self-distillation. */
  readonly distillation: Recipe;
  /** Momentum contrast, with the views and the queue of the GRU's recipe. */
  readonly moco: Recipe;
}

/** The three objectives on the data, batches and protocols of a recipe for MoCo. */
function onTransformer(base: Recipe): OnTransformer {
  const { name } = base.data;
  // Only the metrics of collapse look at the key view.
  const views = { query: view, key: centreView({ size: 32 }) };
  return {
    // An epoch of MAMP costs half as much as one of the others: its encoder sees a tenth of the tokens.
    mamp: {
      ...base,
      ...training(200),
      ...{ encoder, views, name: `${name}-mamp` },
      objective: { kind: 'module', module: './mamp.ts', options: {} },
    },
    distillation: {
      ...base,
      ...training(100),
      ...{ encoder, views, name: `${name}-distillation` },
      objective: { kind: 'module', module: './distillation.ts', options: {} },
    },
    moco: { ...base, ...training(100), encoder, name: `${name}-transformer-moco` },
  };
}

/** On NW-UCLA, trained on views 1 and 2, tested on view 3. */
export const nwUcla = onTransformer(nwUclaMoco);

/** On UTD-MHAD, trained on odd performers, tested on even ones. */
export const utdMhad = onTransformer(utdMhadMoco);
