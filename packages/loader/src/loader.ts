import { checkPipeline, compilePipeline, type Pipeline, type Transform } from '@halp/augment';
import type { Dataset } from '@halp/data';
import { permutation, type Random } from '@halp/random';
import { assembleBatch, type Batch } from './batch.ts';
import { cachedReader } from './clip-cache.ts';

/** How batches are made. */
export interface LoaderOptions {
  /** Clips in a batch, N. */
  readonly batchSize: number;
  /** One pipeline for each view of a clip; MoCo has two, evaluation one. */
  readonly views: readonly Pipeline[];
  /** Whether the clips come in a new random order in every epoch, or in that of the data set. */
  readonly shuffle: boolean;
  /** Whether a last batch of fewer than `batchSize` clips is left out. */
  readonly dropLast: boolean;
  /** How many bytes of clips are kept in memory once read; 2^28 (256 MiB) unless given. */
  readonly cacheBytes?: number;
}

/** The batches of a data set, epoch by epoch. */
export interface Loader {
  /** The number of batches of an epoch. */
  readonly batchesPerEpoch: number;
  /**
   * The batches of an epoch from step `fromStep` on: exactly the tail of the whole epoch, without
   * reading what is before it. Epochs may be asked for in any order, and again.
   *
   * @throws RangeError if `epoch` is not a count or `fromStep` is not in [0, batchesPerEpoch].
   */
  epoch(epoch: number, fromStep?: number): AsyncGenerator<Batch, void, undefined>;
}

/**
 * A loader of augmented views of a data set's clips.
 *
 * Every batch is a function of the stream, the epoch and the step alone: the order of an epoch is
 * drawn from `rng.fork('shuffle', epoch)`, a view from `rng.fork('view', epoch, index, view)` with the
 * clip's index in the data set, so that neither reading order nor batch size changes a view.
 *
 * The data set stays open; whoever opened it closes it, after the last batch.
 *
 * @param rng Is forked, never drawn from.
 * @throws RangeError, TypeError if an option is out of range or a pipeline does not fit the data set.
 *
 * @example
 * ```ts
 * const view = halpPretrainView();
 * const options = { batchSize: 64, views: [view, view], shuffle: true, dropLast: true };
 * const loader = await createLoader(dataset, options, createRandom(0).fork('loader'));
 * for await (const { views, shape } of loader.epoch(0)) step(views, shape);
 * ```
 */
export async function createLoader(
  dataset: Dataset,
  options: LoaderOptions,
  rng: Random,
): Promise<Loader> {
  const { batchSize, views, shuffle, dropLast, cacheBytes = 2 ** 28 } = options;
  checkOptions(dataset, { ...options, cacheBytes });
  const transforms = await Promise.all(
    views.map((pipeline, view) => compileView(pipeline, view, dataset)),
  );
  const read = cachedReader(dataset, cacheBytes);
  const full = dataset.length / batchSize;
  const batchesPerEpoch = dropLast ? Math.floor(full) : Math.ceil(full);

  async function* batches(epoch: number, fromStep: number): AsyncGenerator<Batch, void, undefined> {
    const order = shuffle
      ? permutation(dataset.length, rng.fork('shuffle', epoch))
      : Int32Array.from({ length: dataset.length }, (_, index) => index);
    for (let step = fromStep; step < batchesPerEpoch; step++) {
      const indices = order.subarray(step * batchSize, (step + 1) * batchSize);
      const samples = await Promise.all(
        Array.from(indices, async (index) => ({ index, sample: await read(index) })),
      );
      yield assembleBatch(samples, transforms, (index, view) =>
        rng.fork('view', epoch, index, view),
      );
    }
  }

  return {
    batchesPerEpoch,
    epoch(epoch, fromStep = 0) {
      // Checked here, not in the generator, so that a mistake shows where it is made.
      expectCount('epoch', epoch, 0, Infinity, 'epoch');
      expectCount('epoch', fromStep, 0, batchesPerEpoch, 'fromStep');
      return batches(epoch, fromStep);
    },
  };
}

function checkOptions(dataset: Dataset, options: Required<LoaderOptions>): void {
  const { batchSize, views, dropLast, cacheBytes } = options;
  expectCount('createLoader', batchSize, 1, Infinity, 'batchSize');
  if (!(cacheBytes >= 0)) {
    throw new RangeError(`createLoader: expected cacheBytes of at least 0, got ${cacheBytes}`);
  }
  if (views.length === 0)
    throw new RangeError('createLoader: expected at least one view, got none');
  if (dataset.length === 0) {
    throw new RangeError(`createLoader: expected clips in data set '${dataset.name}', got none`);
  }
  if (dropLast && batchSize > dataset.length) {
    throw new RangeError(
      `createLoader: expected at most ${dataset.length} clips a batch, all that '${dataset.name}' has, ` +
        `got ${batchSize}; take a smaller batchSize, or keep the last batch`,
    );
  }
}

async function compileView(
  pipeline: Pipeline,
  view: number,
  { layout, name }: Dataset,
): Promise<Transform> {
  try {
    checkPipeline(pipeline, { joints: layout.joints.length });
    return await compilePipeline(pipeline);
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
    const Kind = error instanceof RangeError ? RangeError : TypeError;
    throw new Kind(
      `createLoader: view ${view}, for '${name}' (${layout.name}, ${layout.joints.length} joints): ${error.message}`,
      { cause: error },
    );
  }
}

function expectCount(where: string, value: number, low: number, high: number, what: string): void {
  if (Number.isInteger(value) && value >= low && value <= high) return;
  const range = high === Infinity ? `at least ${low}` : `in [${low}, ${high}]`;
  throw new RangeError(`${where}: expected ${what} to be an integer ${range}, got ${value}`);
}
