import * as tf from '@tensorflow/tfjs-core';
import type { Dataset } from '@halp/data';
import { extractFeatures, type FeatureBatch, fineTune } from '@halp/protocols';
import { createRandom } from '@halp/random';
import {
  buildTraining,
  evaluationBatches,
  importParts,
  type MakeLoader,
  modulesOf,
  type Recipe,
  type StreamEncoder,
  type Training,
  trainingBatches,
} from '@halp/recipes';
import { createClip, layoutOf } from '@halp/skeleton';
import { gradientStep } from '@halp/train';
import { loaderOn } from '../features/make-loader.ts';

/** The time that a recipe's networks take on this machine, in seconds. */
export interface RecipeSpeed {
  /** A training step of one batch, with every term of the objective. */
  readonly step: number;
  /** The features of one batch. */
  readonly features: number;
  /** A fine-tuning step of one batch; NaN if it was not measured. */
  readonly fineTuneStep: number;
}

/**
 * The time of a training step of a recipe and of the features of a batch, on random clips of the right size. The first
 * step is a warm-up; of the others the fastest counts, because other load on the machine can only make a step slower.
 *
 * Imports the modules that the recipe names.
 *
 * @param steps - The number of steps after the warm-up.
 * @param withFineTuning - Whether a fine-tuning step is measured too.
 */
export async function measureSpeed(
  recipe: Recipe,
  { steps, withFineTuning }: { readonly steps: number; readonly withFineTuning: boolean },
): Promise<RecipeSpeed> {
  // The caller gave the recipe, and so allows its modules.
  const modules = modulesOf(recipe).map(({ module }) => module);
  const make = loaderOn(0, modules);
  const training = buildTraining(recipe, createRandom(0), await importParts(recipe, { modules }));
  try {
    const dataset = randomClips(recipe);
    const step = await measureStep(training, recipe, dataset, { steps, make });
    const batches = await evaluationBatches(recipe, dataset, make);
    const batch = (await batches.next()).value as FeatureBatch;
    await batches.return(undefined);
    const features = await measureFeatures(training.encoders, batch, steps);
    const fineTuneStep = withFineTuning
      ? await measureFineTuning(training.encoders[0] as StreamEncoder, batch, features)
      : NaN;
    return { step, features, fineTuneStep };
  } finally {
    training.dispose();
  }
}

async function measureStep(
  { objective, optimizer }: Training,
  recipe: Recipe,
  dataset: Dataset,
  { steps, make }: { readonly steps: number; readonly make: MakeLoader },
): Promise<number> {
  const batches = await trainingBatches(recipe, dataset, createRandom(0), make);
  // Late enough for terms that start at an epoch or wait for a full queue.
  const context = { epoch: recipe.epochs, iteration: 1, step: 1, samples: 2 ** 40 };
  const seconds: number[] = [];
  for (let i = 0; i <= steps; i++) {
    for await (const { input } of batches.epoch(0, 0)) {
      seconds.push(
        await timed(async () => {
          await objective.beforeStep?.(context);
          const losses = gradientStep(objective, input, optimizer, 1e-6, context, createRandom(i));
          await losses['total']?.data();
          tf.dispose(losses);
          await objective.afterStep(context);
        }),
      );
      tf.dispose({ ...input });
    }
  }
  await batches.close();
  return Math.min(...seconds.slice(1));
}

async function measureFeatures(
  encoders: readonly StreamEncoder[],
  batch: FeatureBatch,
  count: number,
): Promise<number> {
  const seconds: number[] = [];
  for (let i = 0; i <= count; i++) {
    seconds.push(
      await timed(async () => {
        for (const { encoder } of encoders) await extractFeatures(encoder, [batch]);
      }),
    );
  }
  return Math.min(...seconds.slice(1));
}

async function measureFineTuning(
  { encoder }: StreamEncoder,
  batch: FeatureBatch,
  features: number,
): Promise<number> {
  const once = async function* (): AsyncGenerator<FeatureBatch> {
    yield batch;
  };
  const ends: number[] = [];
  const options = {
    ...{ classes: 2, learningRate: 1e-6, epochs: 2, selectBy: 'last-epoch' as const },
    onEpoch: () => ends.push(performance.now()),
  };
  await fineTune({ encoder, clips: { train: once, test: once } }, options, createRandom(0));
  const [first, second] = ends as [number, number];
  // The last epoch ends with the features of the test batch.
  return Math.max(0, (second - first) / 1000 - features);
}

/** One batch of noise, with the shape that the recipe expects. */
function randomClips({ data, batchSize }: Recipe): Dataset {
  const layout = layoutOf(data.layout);
  const names = Array.from({ length: batchSize }, (_, i) => `clip ${i}`);
  return {
    name: data.name,
    layout,
    classes: ['a', 'b'],
    persons: data.persons,
    length: batchSize,
    labels: Int32Array.from(names, (_, i) => i % 2),
    names,
    get(index) {
      const rng = createRandom(index);
      const clip = createClip([3, 100, layout.joints.length, data.persons]);
      clip.data.forEach((_, i) => (clip.data[i] = rng.normal()));
      return Promise.resolve({ clip, frames: 100, label: index % 2, name: names[index] as string });
    },
    close: () => Promise.resolve(),
  };
}

async function timed(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}
