import { checkPipeline, compilePipeline, type Pipeline, type Transform } from '@halp/augment';
import type { Dataset } from '@halp/data';
import { expectDataset } from '@halp/data/check';
import type { Random } from '@halp/random';
import {
  expectArray,
  expectInteger,
  expectOptions,
  expectRandom,
  gotText,
  type OptionNames,
} from '@halp/random/check';

/** How batches are made. */
export interface LoaderOptions {
  /** N, the number of clips in a batch. */
  readonly batchSize: number;
  /** One pipeline for each view of a clip: two for MoCo, one for evaluation. */
  readonly views: readonly Pipeline[];
  /**
   * The URLs of the modules that steps of the views may import. A module is code: allow none for a view that comes as data
   * (a file, a run). Default: none.
   */
  readonly modules?: readonly string[] | undefined;
  /** Whether the clips are shuffled in every epoch; otherwise they have the order of the data set. */
  readonly shuffle: boolean;
  /** Whether an incomplete last batch is dropped. */
  readonly dropLast: boolean;
  /**
   * The number of bytes of clips that this thread caches. Worker threads cache none and rely on the page cache of the
   * system. Default: 2^28 (256 MiB).
   */
  readonly cacheBytes?: number | undefined;
}

/** The options of `createLoader`. */
export const loaderOptionNames: OptionNames<LoaderOptions> = {
  batchSize: true,
  views: true,
  modules: true,
  shuffle: true,
  dropLast: true,
  cacheBytes: true,
};

/**
 * Checks the types of the arguments: a data set, options with a list of views, and a random stream.
 *
 * @throws TypeError for any other value.
 * @throws RangeError for an option of another name.
 */
export function checkArguments<Options extends LoaderOptions>(
  caller: string,
  dataset: Dataset,
  options: Options,
  rng: Random,
  names: OptionNames<Options>,
): void {
  expectDataset(caller, dataset);
  const { views } = expectOptions(caller, options, names);
  expectArray(caller, 'views to be a list of pipelines', views);
  for (const pipeline of views) expectArray(caller, 'each view to be a list of steps', pipeline);
  expectRandom(caller, rng);
}

/** @throws RangeError if an option is out of range, or there is no batch. */
export function checkOptions(caller: string, dataset: Dataset, options: LoaderOptions): void {
  const { batchSize, views, dropLast, cacheBytes = 0 } = options;
  expectInteger(caller, 'batchSize', batchSize, 1);
  if (!(typeof cacheBytes === 'number' && cacheBytes >= 0)) {
    throw new RangeError(
      `${caller}: expected cacheBytes of at least 0, got ${gotText(cacheBytes)}`,
    );
  }
  if (views.length === 0) throw new RangeError(`${caller}: expected at least one view, got none`);
  if (dataset.length === 0) {
    throw new RangeError(`${caller}: expected clips in data set '${dataset.name}', got none`);
  }
  if (dropLast && batchSize > dataset.length) {
    throw new RangeError(
      `${caller}: expected a batchSize of at most ${dataset.length}, the clips of '${dataset.name}', ` +
        `got ${batchSize}; use a smaller batchSize or dropLast: false`,
    );
  }
}

/**
 * The transform of each pipeline.
 *
 * @throws RangeError, TypeError naming the view, if a pipeline is invalid or does not fit the data set.
 */
export async function compileViews(
  caller: string,
  { views, modules = [] }: Pick<LoaderOptions, 'views' | 'modules'>,
  dataset: Dataset,
): Promise<readonly Transform[]> {
  return Promise.all(
    views.map((pipeline, view) => compileView(caller, { pipeline, modules }, view, dataset)),
  );
}

async function compileView(
  caller: string,
  { pipeline, modules }: { readonly pipeline: Pipeline; readonly modules: readonly string[] },
  view: number,
  { layout, name }: Dataset,
): Promise<Transform> {
  try {
    checkPipeline(pipeline, { joints: layout.joints.length });
    return await compilePipeline(pipeline, { modules });
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
    const Kind = error instanceof RangeError ? RangeError : TypeError;
    throw new Kind(
      `${caller}: view ${view}, for '${name}' (${layout.name}, ${layout.joints.length} joints): ${error.message}`,
      { cause: error },
    );
  }
}
