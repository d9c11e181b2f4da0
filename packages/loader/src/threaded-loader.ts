import { availableParallelism } from 'node:os';
import type { Dataset, DatasetSource } from '@halp/data';
import type { Random } from '@halp/random';
import { expectInteger, type OptionNames } from '@halp/random/check';
import type { Loader } from './epochs.ts';
import { loaderOf } from './epochs.ts';
import { createLoader } from './loader.ts';
import {
  checkArguments,
  checkOptions,
  compileViews,
  loaderOptionNames,
  type LoaderOptions,
} from './options.ts';
import { prefetching } from './prefetching.ts';
import type { WorkerSetup } from './task.ts';
import { startWorkers } from './worker-pool.ts';

/** How batches are made by worker threads. */
export interface ThreadedLoaderOptions extends LoaderOptions {
  /**
   * The number of worker threads; 0 works in this thread. Default: one less than the machine's parallelism, at most 4, so
   * that this thread keeps a core.
   */
  readonly workers?: number | undefined;
  /** The number of batches that are made ahead. Default: two for each worker. */
  readonly prefetch?: number | undefined;
}

const optionNames: OptionNames<ThreadedLoaderOptions> = {
  ...loaderOptionNames,
  workers: true,
  prefetch: true,
};

/**
 * A loader of augmented views of a data set's clips that are read and augmented ahead of time by worker threads. Its batches
 * are identical, byte for byte, to those of `createLoader`, for any number of workers.
 *
 * Each worker opens the data set's `source` and writes views to shared memory, at most `prefetch` batches for each open
 * epoch. A batch is copied when it is yielded, so the receiver owns it. A data set without a source is read in this thread,
 * by `createLoader`.
 *
 * The threads start here and end with `close()`; idle threads do not keep the process alive. If a thread exits
 * unexpectedly, the loader ends, and pending and later requests for batches fail with the reason. Errors in a thread are
 * thrown here with the same class and message.
 *
 * @param rng - It is forked, never drawn from.
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
  all: ThreadedLoaderOptions,
  rng: Random,
): Promise<Loader> {
  const caller = 'createThreadedLoader';
  checkArguments(caller, dataset, all, rng, optionNames);
  const { workers = defaultWorkers(), prefetch = Math.max(1, 2 * workers), ...options } = all;
  const { views } = options;
  expectInteger(caller, 'workers', workers, 0);
  expectInteger(caller, 'prefetch', prefetch, 1);
  const { source } = dataset;
  checkOptions(caller, dataset, options);
  if (workers === 0 || source === undefined) return createLoader(dataset, options, rng);
  // So that errors are thrown here, as without workers.
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
        'move other values to the module of the step',
      { cause: error },
    );
  }
}
