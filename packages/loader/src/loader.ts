import type { Dataset } from '@halp/data';
import type { Random } from '@halp/random';
import { allocateViews, type Batch, batchOf, stackViews } from './batch.ts';
import { cachedReader } from './clip-cache.ts';
import { type Loader, loaderOf } from './epochs.ts';
import {
  checkArguments,
  checkOptions,
  compileViews,
  loaderOptionNames,
  type LoaderOptions,
} from './options.ts';

/**
 * A loader of augmented views of a data set's clips that works in this thread.
 *
 * Every batch depends only on the stream, the epoch and the step: the order of an epoch is drawn from
 * `rng.fork('shuffle', epoch)`, a view from `rng.fork('view', epoch, index, view)` with the clip's index in the data set, so
 * that neither reading order nor batch size changes a view.
 *
 * The loader does not close the data set; the caller closes it after the last batch.
 *
 * @param rng - It is forked, never drawn from.
 * @throws RangeError, TypeError if an option is out of range, or a pipeline does not fit the data set.
 *
 * @example
 * ```ts
 * const view = halpPretrainView();
 * const options = { batchSize: 64, views: [view, view], shuffle: true, dropLast: true };
 * const loader = await createLoader(dataset, options, createRandom(0).fork('loader'));
 * for await (const { views, shape } of loader.epoch(0)) step(views, shape);
 * await loader.close();
 * ```
 */
export async function createLoader(
  dataset: Dataset,
  options: LoaderOptions,
  rng: Random,
): Promise<Loader> {
  checkArguments('createLoader', dataset, options, rng, loaderOptionNames);
  const { views, cacheBytes = 2 ** 28 } = options;
  checkOptions('createLoader', dataset, options);
  const transforms = await compileViews('createLoader', options, dataset);
  const cache = cachedReader(dataset, cacheBytes);

  async function* make(
    epoch: number,
    steps: readonly Int32Array[],
  ): AsyncGenerator<Batch, void, undefined> {
    for (const indices of steps) {
      const stack = stackViews(indices.length, {
        transforms,
        streamOf: (row, view) => rng.fork('view', epoch, indices[row] as number, view),
        allocate: (shape) => allocateViews(views.length, shape),
      });
      const samples = await Promise.all(Array.from(indices, cache.read));
      samples.forEach(stack.add);
      yield batchOf(stack.views(), indices, dataset);
    }
  }

  return loaderOf(dataset, options, rng, {
    make,
    close: () => Promise.resolve(cache.clear()),
  });
}
