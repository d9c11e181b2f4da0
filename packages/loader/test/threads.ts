import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { halpPretrainView, type Pipeline } from '@halp/augment';
import type { Dataset } from '@halp/data';
import { openDataset } from '@halp/data/node';
import { createRandom } from '@halp/random';
import type { Batch, Loader } from '../src/index.ts';
import { createThreadedLoader, type ThreadedLoaderOptions } from '../src/node.ts';
import { type PreparedSet, writePreparedSet } from './prepared-set.ts';
import type { WorkerStepOptions } from './worker-step.ts';

const view = halpPretrainView({ size: 8, minimum: 4, corrupted: 12 });
/** A view of whole clips. */
export const whole: Pipeline = [{ kind: 'centre-crop', size: 8, ratio: 1 }];
/** The custom steps of these tests. */
export const modules: readonly string[] = ['worker-step', 'overflow-step'].map(
  (name) => new URL(`./${name}.ts`, import.meta.url).href,
);
/** A loader of two views of four clips. */
export const options: ThreadedLoaderOptions = {
  modules,
  batchSize: 4,
  views: [view, view],
  shuffle: true,
  dropLast: false,
};
const CLIPS = 22;
/** A prepared set of 22 clips. */
export const SET: PreparedSet = {
  ...({ layout: 'kinect-v1', persons: 1, longest: 16 } as const),
  frames: Array.from({ length: CLIPS }, (_, index) => 5 + ((index * 7) % 11)),
};

/** The shared setup of the tests of a file. */
export interface LoaderThreads {
  /** A folder with two sets: `good`, and `bad`, which has a clip with a NaN. */
  readonly dir: string;
  /** The good set. */
  readonly dataset: Dataset;
  /** The loaders and data sets to close after each test. */
  readonly opened: (Dataset | Loader)[];
  /** A loader of the good set by default, closed after the test. */
  threaded(change: Partial<ThreadedLoaderOptions>, data?: Dataset): Promise<Loader>;
  /** A loader with two workers for all tests, since threads that run TypeScript start slowly. */
  shared(): Promise<Loader>;
}

/** Writes the sets before the tests of a file and removes them afterwards. */
export function loaderThreads(): LoaderThreads {
  let dir = '';
  let dataset: Dataset;
  let common: Promise<Loader> | undefined;
  const opened: (Dataset | Loader)[] = [];

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'halp-loader-'));
    await writePreparedSet(join(dir, 'good'), SET);
    await writePreparedSet(join(dir, 'bad'), { ...SET, bad: 13 });
    dataset = await openDataset(join(dir, 'good'), { part: 'train' });
  });

  afterEach(async () => {
    for (const closable of opened.splice(0)) await closable.close();
  });

  afterAll(async () => {
    await (await common)?.close();
    await dataset.close();
    await rm(dir, { recursive: true });
  });

  return {
    opened,
    get dir() {
      return dir;
    },
    get dataset() {
      return dataset;
    },
    async threaded(change, data = dataset) {
      const loader = await createThreadedLoader(data, { ...options, ...change }, createRandom(3));
      opened.push(loader);
      return loader;
    },
    shared: () =>
      (common ??= createThreadedLoader(dataset, { ...options, workers: 2 }, createRandom(3))),
  };
}

/** Every batch of an epoch. */
export async function collect(epoch: AsyncIterable<Batch>): Promise<Batch[]> {
  const batches: Batch[] = [];
  for await (const batch of epoch) batches.push(batch);
  return batches;
}

/** A view whose last step is a custom step of these tests. */
export function workerStep(step: WorkerStepOptions): Pipeline {
  const module = new URL('./worker-step.ts', import.meta.url).href;
  return [...whole, { kind: 'module', module, options: step }];
}

/** The error with which a promise rejects. */
export async function refusal(work: Promise<unknown>): Promise<Error> {
  return work.then(
    () => new Error('nothing'),
    (error: unknown) => error as Error,
  );
}
