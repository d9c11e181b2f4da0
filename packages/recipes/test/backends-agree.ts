import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { createRandom } from '@halp/random';
import { buildTraining, type Recipe, syntheticHalp, trainingBatches } from '@halp/recipes';
import { onEachBackend } from '@halp/testing';
import { gradientStep } from '@halp/train';
import { noiseDataset } from './memory-dataset.ts';

/** HaLP from the second epoch on, four steps an epoch. */
const recipe: Recipe = {
  ...syntheticHalp,
  encoder: { kind: 'bigru', hidden: 16, layers: 2, direction: 'stepwise' },
  head: { hidden: 16, outputs: 8 },
  batchSize: 8,
  objective: {
    ...syntheticHalp.objective,
    ...{ kind: 'halp', queueSize: 16, newest: 16, prototypes: 4, count: 5, fromEpoch: 1 },
  } as Recipe['objective'],
};

/** Losses of `tensorflow` for seed 5 (TensorFlow 2.21, Zen 4), so that a single backend is not compared with itself. */
const known: readonly number[] = [
  0.226171, 2.254282, 2.636379, 2.791237, 2.713358, -5.005181, -3.995713, -4.757183, -5.8732,
  -6.741184, -6.550014, -6.450296, -6.309886, -6.704413, -6.885893, -6.31378, -6.703844, -7.135943,
  -7.013838, -6.980797,
];

/** The losses of the first steps. */
async function firstLosses(seed: number, steps: number): Promise<readonly number[]> {
  const rng = createRandom(seed);
  const training = buildTraining(recipe, rng);
  const batches = await trainingBatches(recipe, noiseDataset(32), rng);
  const losses: number[] = [];
  for (let epoch = 0; losses.length < steps; epoch++) {
    let iteration = 0;
    for await (const { input, clips } of batches.epoch(epoch, 0)) {
      const step = losses.length;
      const context = { epoch, iteration: iteration++, step, samples: step * clips };
      await training.objective.beforeStep?.(context);
      const own = rng.fork('step', step);
      const all = gradientStep(training.objective, input, training.optimizer, 0.05, context, own);
      await training.objective.afterStep(context);
      losses.push(all['total']?.dataSync()[0] as number);
      tf.dispose([all, input as unknown as tf.TensorContainer]);
    }
  }
  training.dispose();
  return losses;
}

/** Compares the losses of `steps` steps between backends: a multiple of four (the steps of an epoch), at most 20. */
export function backendsAgreeTests(steps: number): void {
  describe(`the first ${steps} losses of one seed`, () => {
    const seen = new Map<string, readonly number[]>();
    onEachBackend((name) => {
      it('are equal bit for bit in a second run, and within 1e-3 on another backend', async () => {
        const losses = await firstLosses(5, steps);
        expect(losses).toHaveLength(steps);
        expect(await firstLosses(5, steps)).toEqual(losses);
        expect(await firstLosses(6, steps)).not.toEqual(losses);
        seen.set('the fixture', known.slice(0, steps));
        seen.set(name, losses);
        for (const [other, expected] of seen) {
          losses.forEach((loss, step) => {
            const difference = Math.abs(loss - (expected[step] as number));
            expect([other, step, difference < 1e-3 * Math.abs(loss)]).toEqual([other, step, true]);
          });
        }
      });
    });
  });
}
