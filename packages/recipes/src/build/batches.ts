import { type ViewPair, viewPairs } from '@halp/contrastive';
import type { Dataset } from '@halp/data';
import { expectDataset } from '@halp/data/check';
import { type Batch, createLoader, type Loader, type LoaderOptions } from '@halp/loader';
import { createRandom, type Random } from '@halp/random';
import { expectObject, expectOptions, expectRandom, type OptionNames } from '@halp/random/check';
import type { TrainingBatch } from '@halp/train';
import { datasetForTraining } from '../clips/dataset-for-recipe.ts';
import { isSupervised } from '../recipe/objective-recipe.ts';
import type { Recipe } from '../recipe/recipe.ts';

/** The training batches of a run, for `fit`. */
export interface TrainingBatches {
  /** Steps in an epoch. */
  readonly batchesPerEpoch: number;
  /** The batches of an epoch from a step on. */
  readonly epoch: (epoch: number, fromStep: number) => AsyncGenerator<TrainingBatch<ViewPair>>;
  /** Closes the loader and its worker threads. */
  readonly close: () => Promise<void>;
}

/** Creates a loader: `createLoader`, or a function that uses worker threads. */
export type MakeLoader = (dataset: Dataset, options: LoaderOptions, rng: Random) => Promise<Loader>;

/**
 * Shuffled batches of two views of each clip, as tensors `[N, C, T, V, M]`; the receiver disposes them (`fit` does).
 *
 * If the recipe has an extreme view, it is `extreme`. Only if the objective learns from labels, the class of each clip is
 * `labels` `[N]`, int32. See `viewPairs` of `@halp/contrastive`.
 *
 * @param rng - The stream of the run; forked by epoch and clip, not advanced.
 * @param makeLoader - Creates the loader; it does not change the batches. Default: `createLoader`, in this thread.
 * @throws RangeError if layout or persons of the data set differ from the recipe's, or it has less than one batch.
 */
export async function trainingBatches(
  recipe: Recipe,
  dataset: Dataset,
  rng: Random,
  makeLoader: MakeLoader = createLoader,
): Promise<TrainingBatches> {
  expectObject('trainingBatches', recipe, 'a recipe');
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
 * Batches of every clip once, in order, in the recipe's evaluation view, for `extractFeatures`.
 *
 * @param makeLoader - Creates the loader. Default: `createLoader`, in this thread.
 * @throws RangeError if layout or persons of the data set differ from the recipe's.
 */
export async function evaluationBatches(
  recipe: Recipe,
  dataset: Dataset,
  makeLoader: MakeLoader = createLoader,
): Promise<AsyncGenerator<Batch>> {
  expectObject('evaluationBatches', recipe, 'a recipe');
  expectDataset('evaluationBatches', dataset);
  const loader = await makeLoader(
    datasetForTraining(recipe, dataset),
    {
      batchSize: recipe.batchSize,
      views: [recipe.evaluation.view],
      shuffle: false,
      dropLast: false,
    },
    // The evaluation view draws no random numbers.
    createRandom(0),
  );
  return closing(loader);
}

/** Labelled batches for a protocol that trains on them. */
export interface LabelledBatches {
  /** The batches of an epoch: every clip once, in a view drawn for that epoch. */
  readonly epoch: (epoch: number) => AsyncIterable<Batch>;
  /** Closes the loader and its worker threads. */
  readonly close: () => Promise<void>;
}

/** Options of {@link labelledBatches}. */
export interface LabelledBatchesOptions {
  /** Clips in a batch. */
  readonly batchSize: number;
  /**
   * `true`, for training steps: a random order in each epoch, and a smaller last batch is dropped if there is a whole one.
   * `false`: all clips in the order of the data set.
   */
  readonly shuffle: boolean;
}

const optionNames: OptionNames<LabelledBatchesOptions> = {
  batchSize: true,
  shuffle: true,
};

/**
 * Labelled batches with a new random view of every clip in every epoch, by the recipe's `evaluation.trainView`.
 *
 * @param rng - Forked by epoch and clip, not advanced.
 * @param makeLoader - Creates the loader. Default: `createLoader`, in this thread.
 * @throws RangeError if the recipe has no such view, or layout or persons of the data set differ from the recipe's.
 */
export async function labelledBatches(
  recipe: Recipe,
  dataset: Dataset,
  options: LabelledBatchesOptions,
  rng: Random,
  makeLoader: MakeLoader = createLoader,
): Promise<LabelledBatches> {
  expectObject('labelledBatches', recipe, 'a recipe');
  expectDataset('labelledBatches', dataset);
  expectRandom('labelledBatches', rng);
  const { batchSize, shuffle } = expectOptions('labelledBatches', options, optionNames);
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

/** The batches of one epoch; the loader is closed afterwards. */
async function* closing(loader: Loader): AsyncGenerator<Batch> {
  try {
    yield* loader.epoch(0);
  } finally {
    await loader.close();
  }
}
