import { availableParallelism } from 'node:os';
import type { Dataset, DatasetSource } from '@halp/data';
import type { Random } from '@halp/random';
import type { Loader } from './epochs.ts';
import { loaderOf } from './epochs.ts';
import { createLoader } from './loader.ts';
import {
  checkArguments,
  checkOptions,
  compileViews,
  expectCount,
  type LoaderOptions,
} from './options.ts';
import { prefetching } from './prefetching.ts';
import type { WorkerSetup } from './task.ts';
import { startWorkers } from './worker-pool.ts';

/** How batches are made by worker threads. */
export interface ThreadedLoaderOptions extends LoaderOptions {
  /**
   * The number of worker threads; 0 works in this thread. Unless given, one less than the threads that
   * the machine runs at once, at most 4: this thread keeps a core.
   */
  readonly workers?: number | undefined;
  /** How many batches are made ahead of the one that is asked for; two for each worker unless given. */
  readonly prefetch?: number | undefined;
}

/**
 * A loader of augmented views of a data set's clips, which worker threads read and augment ahead of
 * time: batch for batch and byte for byte what `createLoader` makes, whatever the number of workers.
 *
 * Each worker opens the data set's `source` for itself and writes views into shared memory, at most
 * `prefetch` batches for each epoch that is open; a batch is copied when it is handed over, so that it is
 * the receiver's. A data set without a source is read in this thread, by `createLoader`.
 *
 * The threads start here and end with `close()`; while nothing is asked of them, they do not keep the
 * process alive. A thread that dies ends the loader: what waits for a batch, or asks for another, gets an
 * error that says so. What is thrown on a thread is thrown here, with the same class and message.
 *
 * @param rng - Is forked, never drawn from.
 * @throws RangeError, TypeError if an option is out of range, or a pipeline does not fit the data set or
 * is not plain data.
 *
 * @example
 * ```ts
 * const loader = await createThreadedLoader(dataset, { ...options, workers: 2 }, rng.fork('loader'));
 * for await (const { views, shape } of loader.epoch(0)) step(views, shape);
 * await loader.close();
 * ```
 */
export async function createThreadedLoader(
  dataset: Dataset,
  options: ThreadedLoaderOptions,
  rng: Random,
): Promise<Loader> {
  const caller = 'createThreadedLoader';
  checkArguments(caller, dataset, options, rng);
  const { views, workers = defaultWorkers(), prefetch = Math.max(1, 2 * workers) } = options;
  expectCount(caller, workers, 0, Infinity, 'workers');
  expectCount(caller, prefetch, 1, Infinity, 'prefetch');
  const { source } = dataset;
  checkOptions(caller, dataset, options);
  if (workers === 0 || source === undefined) return createLoader(dataset, options, rng);
  // So that a mistake shows here, as it does without workers.
  await compileViews(caller, options, dataset);
  const pool = startWorkers(setupOf(source, options, rng), workers);
  return loaderOf(dataset, options, rng, {
    make: prefetching(pool, { dataset, views: views.length, prefetch }),
    close: pool.close,
  });
}

function defaultWorkers(): number {
  return Math.min(4, availableParallelism() - 1);
}

function setupOf(
  source: DatasetSource,
  { views, modules = [] }: LoaderOptions,
  rng: Random,
): WorkerSetup {
  try {
    return structuredClone({ source, views, modules, random: rng.state() });
  } catch (error) {
    throw new TypeError(
      `createThreadedLoader: expected pipelines of plain data, got ${String(error)}; ` +
        'put what is not into the module of the step',
      { cause: error },
    );
  }
}
