import type { Dataset } from '@halp/data';
import { createThreadedLoader } from '@halp/loader/node';
import type { MakeLoader } from '@halp/recipes';

/** A loader thread starts in about a second; a data set that is smaller than this is read in less. */
const FEW_CLIPS = 2000;

/**
 * What reads and augments the clips of a command: worker threads for a large data set, this thread for a small one.
 * The batches are the same.
 *
 * @param workers - The number of threads; decided by the data set and the machine unless given.
 * @param modules - The modules that steps of views may import; none unless given.
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
