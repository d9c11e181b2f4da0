import { checkPipeline, compilePipeline, type Pipeline, type Transform } from '@halp/augment';
import type { Dataset } from '@halp/data';
import { expectDataset } from '@halp/data/check';
import type { Random } from '@halp/random';
import { expectArray, expectOptions, expectRandom, gotText } from '@halp/random/check';

/** How batches are made. */
export interface LoaderOptions {
  /** Clips in a batch, N. */
  readonly batchSize: number;
  /** One pipeline for each view of a clip; MoCo has two, evaluation one. */
  readonly views: readonly Pipeline[];
  /**
   * The modules that steps of the views may import, as the steps name them; they are code. A view that came as data
   * (a file, a run) gets none. Default: none.
   */
  readonly modules?: readonly string[] | undefined;
  /** Whether the clips come in a new random order in every epoch, or in that of the data set. */
  readonly shuffle: boolean;
  /** Whether a last batch of fewer than `batchSize` clips is left out. */
  readonly dropLast: boolean;
  /**
   * How many bytes of clips this thread keeps in memory once read; 2^28 (256 MiB) unless given. Worker
   * threads keep none: they read what the system keeps of the files.
   */
  readonly cacheBytes?: number | undefined;
}

/**
 * Checks that there are a data set, options with a list of views, and a random stream.
 *
 * @throws TypeError for anything else.
 */
export function checkArguments(
  caller: string,
  dataset: Dataset,
  options: LoaderOptions,
  rng: Random,
): void {
  expectDataset(caller, dataset);
  const { views } = expectOptions(caller, options);
  expectArray(caller, 'views to be a list of pipelines', views);
  for (const pipeline of views) expectArray(caller, 'each view to be a list of steps', pipeline);
  expectRandom(caller, rng);
}

/** @throws RangeError if an option is out of its range, or leaves no batch. */
export function checkOptions(caller: string, dataset: Dataset, options: LoaderOptions): void {
  const { batchSize, views, dropLast, cacheBytes = 0 } = options;
  expectCount(caller, batchSize, 1, Infinity, 'batchSize');
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
      `${caller}: expected at most ${dataset.length} clips a batch, all that '${dataset.name}' has, ` +
        `got ${batchSize}; take a smaller batchSize, or keep the last batch`,
    );
  }
}

/** @throws RangeError unless `value` is an integer in [low, high]. */
export function expectCount(
  caller: string,
  value: number,
  low: number,
  high: number,
  what: string,
): void {
  if (Number.isInteger(value) && value >= low && value <= high) return;
  const range = high === Infinity ? `at least ${low}` : `in [${low}, ${high}]`;
  throw new RangeError(
    `${caller}: expected ${what} to be an integer ${range}, got ${gotText(value)}`,
  );
}

/**
 * The transform of each pipeline.
 *
 * @throws RangeError, TypeError naming the view, if a pipeline is wrong or does not fit the data set.
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
