import { type ViewPair, viewPairs } from '@halp/contrastive';
import type { Dataset } from '@halp/data';
import { expectDataset } from '@halp/data/check';
import { type Batch, createLoader, type Loader, type LoaderOptions } from '@halp/loader';
import { createRandom, type Random } from '@halp/random';
import { expectOptions, expectRandom } from '@halp/random/check';
import type { TrainingBatch } from '@halp/train';
import { datasetForTraining } from '../clips/dataset-for-recipe.ts';
import { isSupervised } from '../recipe/objective-recipe.ts';
import type { Recipe } from '../recipe/recipe.ts';

/** The batches of a run: what `fit` takes. */
export interface TrainingBatches {
  /** Steps an epoch. */
  readonly batchesPerEpoch: number;
  /** The batches of an epoch from a step on. */
  readonly epoch: (epoch: number, fromStep: number) => AsyncGenerator<TrainingBatch<ViewPair>>;
  /** Ends what makes the batches; nothing is left of it then. */
  readonly close: () => Promise<void>;
}

/** What makes loaders: `createLoader`, or a function that spreads its work over threads. */
export type MakeLoader = (dataset: Dataset, options: LoaderOptions, rng: Random) => Promise<Loader>;

/**
 * Shuffled batches of two views of each clip, as tensors `[N, C, T, V, M]`; whoever takes them disposes them.
 *
 * A recipe with an extreme view gets that as `extreme`; one whose objective learns from labels, and no other, gets the
 * class of each clip as `labels` `[N]`, int32.
 *
 * @param rng - The stream of the run; forked by epoch and clip, not advanced.
 * @param makeLoader - What reads and augments the clips; in this thread unless given. The batches are the same.
 * @throws RangeError if the data set has not the layout or persons of the recipe, or less than one batch.
 */
export async function trainingBatches(
  recipe: Recipe,
  dataset: Dataset,
  rng: Random,
  makeLoader: MakeLoader = createLoader,
): Promise<TrainingBatches> {
  expectOptions('trainingBatches', recipe, 'a recipe');
  expectDataset('trainingBatches', dataset);
  expectRandom('trainingBatches', rng);
  const seen = datasetForTraining(recipe, dataset);
  const { query, key, extreme } = recipe.views;
  const loader = await makeLoader(
    seen,
    {
      batchSize: recipe.batchSize,
      views: extreme === undefined ? [query, key] : [query, key, extreme],
      shuffle: true,
      dropLast: true,
    },
    rng.fork('data'),
  );
  return {
    batchesPerEpoch: loader.batchesPerEpoch,
    epoch: viewPairs(loader, {
      extreme: extreme !== undefined,
      labels: isSupervised(recipe.objective),
    }),
    close: () => loader.close(),
  };
}

/**
 * Every clip once, in order, in the recipe's evaluation view: what `extractFeatures` takes.
 *
 * @param makeLoader - What reads the clips; in this thread unless given.
 * @throws RangeError if the data set has not the layout or persons of the recipe.
 */
export async function evaluationBatches(
  recipe: Recipe,
  dataset: Dataset,
  makeLoader: MakeLoader = createLoader,
): Promise<AsyncGenerator<Batch>> {
  expectOptions('evaluationBatches', recipe, 'a recipe');
  expectDataset('evaluationBatches', dataset);
  const loader = await makeLoader(
    datasetForTraining(recipe, dataset),
    {
      batchSize: recipe.batchSize,
      views: [recipe.evaluation.view],
      shuffle: false,
      dropLast: false,
    },
    // The evaluation view of a recipe is a fixed crop: no number is drawn.
    createRandom(0),
  );
  return closing(loader);
}

/** Batches with labels for a protocol that learns from them. */
export interface LabelledBatches {
  /** Every clip once, each in a view drawn for that epoch. */
  readonly epoch: (epoch: number) => AsyncIterable<Batch>;
  /** Ends what makes the batches. */
  readonly close: () => Promise<void>;
}

/** How {@link labelledBatches} go through the clips. */
export interface LabelledBatchesOptions {
  /** Clips a batch. */
  readonly batchSize: number;
  /**
   * `true` for batches that are steps of training: in an order drawn for each epoch, and without a smaller last batch
   * where there is a whole one. `false`: in the order of the data set, all of them.
   */
  readonly shuffle: boolean;
}

/**
 * Batches of a new view of every clip in every epoch, in the recipe's view for training with labels.
 *
 * @param rng - Forked by epoch and clip, not advanced.
 * @param makeLoader - What reads the clips; in this thread unless given.
 * @throws RangeError if the recipe has no such view, or the data set has not its layout or persons.
 */
export async function labelledBatches(
  recipe: Recipe,
  dataset: Dataset,
  options: LabelledBatchesOptions,
  rng: Random,
  makeLoader: MakeLoader = createLoader,
): Promise<LabelledBatches> {
  expectOptions('labelledBatches', recipe, 'a recipe');
  expectDataset('labelledBatches', dataset);
  expectRandom('labelledBatches', rng);
  const { batchSize, shuffle } = expectOptions('labelledBatches', options);
  const seen = datasetForTraining(recipe, dataset);
  const { trainView } = recipe.evaluation;
  if (trainView === undefined) {
    throw new RangeError(
      `recipe ${recipe.name}: expected evaluation.trainView, the view of a new crop in every epoch, got none`,
    );
  }
  const dropLast = shuffle && dataset.length >= batchSize;
  return makeLoader(seen, { batchSize, views: [trainView], shuffle, dropLast }, rng);
}

/** The batches of one epoch, after which the loader is closed. */
async function* closing(loader: Loader): AsyncGenerator<Batch> {
  try {
    yield* loader.epoch(0);
  } finally {
    await loader.close();
  }
}
