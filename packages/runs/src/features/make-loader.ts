import type { Dataset } from '@halp/data';
import { createThreadedLoader } from '@halp/loader/node';
import type { MakeLoader } from '@halp/recipes';

/** A loader thread takes about a second to start; a data set smaller than this is read faster without. */
const FEW_CLIPS = 2000;

/**
 * A function that makes the loaders of a command: with worker threads for a large data set, in this thread for a small one.
 * The batches are the same.
 *
 * @param workers - The number of threads. Default: chosen by the size of the data set and the machine.
 * @param modules - The modules that steps of views may import. Default: none.
 */
export function loaderOn(workers: number | undefined, modules: readonly string[] = []): MakeLoader {
  return (dataset, options, rng) => {
    const count = workers ?? (isSmall(dataset) ? 0 : undefined);
    return createThreadedLoader(dataset, { ...options, modules, workers: count }, rng);
  };
}

function isSmall(dataset: Dataset): boolean {
  return dataset.length < FEW_CLIPS;
}
