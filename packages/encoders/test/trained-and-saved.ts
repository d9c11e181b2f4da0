import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { agcn, biGru, ctrGcn, type Encoder, skeletonTransformer, stGcn } from '@halp/encoders';
import { loadLayerInto, saveLayer, sgd, valueAndGradients } from '@halp/nn';
import { createRandom, type Random } from '@halp/random';
import { onEachBackend } from '@halp/testing';
import { fourJoints as layout } from './graph/four-joints.ts';

const encoders: Readonly<Record<string, (rng: Random) => Encoder>> = {
  biGru: (rng) => biGru({ joints: 4, hidden: 2, layers: 2 }, rng),
  stGcn: (rng) => stGcn({ layout, width: 2, features: 4 }, rng),
  agcn: (rng) => agcn({ layout, width: 4 }, rng),
  ctrGcn: (rng) => ctrGcn({ layout, width: 8 }, rng),
  skeletonTransformer: (rng) =>
    skeletonTransformer({ layout, frames: 8, segment: 4, width: 4, depth: 1, heads: 2 }, rng),
};

function clips(rng: Random): tf.Tensor5D {
  const numbers = Float32Array.from({ length: 3 * 3 * 8 * 4 * 2 }, () => 2 + 3 * rng.normal());
  return tf.tensor5d(numbers, [3, 3, 8, 4, 2]);
}

/** Training steps, which change parameters and running statistics. */
function train(encoder: Encoder, steps: number, rng: Random): void {
  const optimizer = sgd(encoder.params, { momentum: 0.9 });
  for (let step = 0; step < steps; step++) {
    tf.tidy(() => {
      const x = clips(rng);
      const loss = (): tf.Scalar =>
        tf.mean(tf.square(tf.sub(1, encoder.apply(x, { mode: 'train', rng: createRandom(0) }))));
      optimizer.step(valueAndGradients(loss, encoder.params).gradients, 0.01);
    });
  }
  optimizer.dispose();
}

/** Number of encoders and of training steps before saving. */
export interface TrainedAndSaved {
  /** Number of encoders of each kind. */
  readonly runs: number;
  /** Largest number of training steps, at least 1. */
  readonly steps: number;
}

/** Declares the tests that save and load encoders of every kind. */
export function trainedAndSavedTests({ runs, steps: most }: TrainedAndSaved): void {
  onEachBackend(() => {
    it.each(Object.entries(encoders))(
      'a trained %s has bitwise equal features after saveLayer and loadLayerInto',
      async (_, make) => {
        const seeds = fc.tuple(fc.nat(1000), fc.integer({ min: 1, max: most }));
        await fc.assert(
          fc.asyncProperty(seeds, async ([seed, steps]) => {
            const rng = createRandom(seed);
            const [from, to] = [make(rng.fork('from')), make(rng.fork('to'))];
            train(from, steps, rng.fork('clips'));
            loadLayerInto(to, await saveLayer(from), 'encoder.safetensors');
            const x = clips(rng.fork('test'));
            const [wanted, got] = [from.apply(x, { mode: 'eval' }), to.apply(x, { mode: 'eval' })];
            expect(await got.data()).toEqual(await wanted.data());
            tf.dispose([x, wanted, got]);
            from.dispose();
            to.dispose();
          }),
          { seed: 2, numRuns: runs },
        );
      },
    );
  });
}
