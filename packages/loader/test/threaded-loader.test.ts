import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { halpPretrainView, type Pipeline } from '@halp/augment';
import { convertedDataset, type Dataset } from '@halp/data';
import { openArrays, openDataset } from '@halp/data/node';
import { FormatError } from '@halp/files';
import { createRandom } from '@halp/random';
import { kinectV1 } from '@halp/skeleton';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createLoader, type Batch, type Loader } from '../src/index.ts';
import { createThreadedLoader, type ThreadedLoaderOptions } from '../src/node.ts';
import { memoryDataset } from './memory-dataset.ts';
import { writePreparedSet } from './prepared-set.ts';
import type { WorkerStepOptions } from './worker-step.ts';

const view = halpPretrainView({ size: 8, minimum: 4, corrupted: 12 });
const whole: Pipeline = [{ kind: 'centre-crop', size: 8, ratio: 1 }];
/** The steps of these tests, which are their own. */
const modules = ['worker-step', 'overflow-step'].map(
  (name) => new URL(`./${name}.ts`, import.meta.url).href,
);
const options: ThreadedLoaderOptions = {
  modules,
  batchSize: 4,
  views: [view, view],
  shuffle: true,
  dropLast: false,
};
const CLIPS = 22;
const frames = Array.from({ length: CLIPS }, (_, index) => 5 + ((index * 7) % 11));

let dir = '';
let dataset: Dataset;
let common: Promise<Loader> | undefined;
const opened: (Dataset | Loader)[] = [];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'halp-loader-'));
  const set = { layout: 'kinect-v1', persons: 1, longest: 16, frames } as const;
  await writePreparedSet(join(dir, 'good'), set);
  await writePreparedSet(join(dir, 'bad'), { ...set, bad: 13 });
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

async function threaded(
  change: Partial<ThreadedLoaderOptions>,
  data: Dataset = dataset,
): Promise<Loader> {
  const loader = await createThreadedLoader(data, { ...options, ...change }, createRandom(3));
  opened.push(loader);
  return loader;
}

/** A loader with two workers for all tests, since threads that run TypeScript take long to start. */
function shared(): Promise<Loader> {
  return (common ??= createThreadedLoader(dataset, { ...options, workers: 2 }, createRandom(3)));
}

async function collect(epoch: AsyncIterable<Batch>): Promise<Batch[]> {
  const batches: Batch[] = [];
  for await (const batch of epoch) batches.push(batch);
  return batches;
}

function workerStep(step: WorkerStepOptions): Pipeline {
  const module = new URL('./worker-step.ts', import.meta.url).href;
  return [...whole, { kind: 'module', module, options: step }];
}

/** What a promise is refused with. */
async function refusal(work: Promise<unknown>): Promise<Error> {
  return work.then(
    () => new Error('nothing'),
    (error: unknown) => error as Error,
  );
}

it('worker threads convert clips: byte for byte what one thread makes, which reads none', async () => {
  const form = { layout: 'kinect-v2', persons: 2, turned: true } as const;
  const converted = convertedDataset(dataset, form);
  const alone = await createLoader(converted, options, createRandom(3));
  const unread: Dataset = {
    ...converted,
    get: () => Promise.reject(new Error('expected a worker thread to read')),
  };
  const threads = await createThreadedLoader(unread, { ...options, workers: 2 }, createRandom(3));
  opened.push(alone, threads);
  for (let epoch = 0; epoch < 2; epoch++) {
    const expected: Batch[] = [];
    for await (const batch of alone.epoch(epoch)) expected.push(batch);
    const found: Batch[] = [];
    for await (const batch of threads.epoch(epoch)) found.push(batch);
    expect(found).toEqual(expected);
    expect(found[0]?.shape).toEqual([4, 3, 8, 25, 2]);
  }
});

describe('batches made by worker threads', () => {
  it('are those of one thread, byte for byte, whatever the number of workers', async () => {
    const alone = await createLoader(dataset, options, createRandom(3));
    const expected = [await collect(alone.epoch(0)), await collect(alone.epoch(5))];
    expect(expected[0]).toHaveLength(6);
    const loaders = [
      await threaded({ workers: 0 }),
      await shared(),
      await threaded({ workers: 3, prefetch: 1 }),
    ];
    for (const loader of loaders) {
      // All are held until the end: what is handed over is not written to again.
      expect([await collect(loader.epoch(0)), await collect(loader.epoch(5))]).toEqual(expected);
    }
  });

  it('are the tail of an epoch from a step on', async () => {
    const loader = await shared();
    const epoch = await collect(loader.epoch(1));
    for (const step of [0, 2, 5, 6]) {
      expect(await collect(loader.epoch(1, step))).toEqual(epoch.slice(step));
    }
  });

  it("are the receiver's, and not on shared memory", async () => {
    const loader = await shared();
    for await (const { views } of loader.epoch(0)) {
      for (const data of views) expect(data.buffer).toBeInstanceOf(ArrayBuffer);
    }
  });

  it('do not mix when two epochs are read by turns', async () => {
    const loader = await shared();
    const expected = [await collect(loader.epoch(0)), await collect(loader.epoch(1))];
    const epochs = [loader.epoch(0), loader.epoch(1)];
    for (let step = 0; step < 6; step++) {
      for (const [which, epoch] of epochs.entries()) {
        expect((await epoch.next()).value).toEqual(expected[which]?.[step]);
      }
    }
  });

  it('come from arrays of others, too', async () => {
    const path = (file: string): string => join(dir, 'good', 'xsub', `train_${file}.npy`);
    const files = { data: path('data_joint'), labels: path('label'), frames: path('num_frame') };
    const arrays = await openArrays({ ...files, layout: kinectV1 });
    opened.push(arrays);
    expect(arrays.source?.kind).toBe('arrays');
    const loaders = [
      await threaded({ workers: 0 }, arrays),
      await threaded({ workers: 1 }, arrays),
    ];
    const [here, there] = await Promise.all(loaders.map((loader) => collect(loader.epoch(0))));
    expect(there).toEqual(here);
  });

  it('are made in this thread where the data set has no source', async () => {
    const memory = memoryDataset(6);
    const batches = await collect((await threaded({ workers: 2 }, memory)).epoch(0));
    expect(memory.reads).toEqual(batches.flatMap(({ indices }) => [...indices]));
  });

  it('are made by as many threads as suit the machine unless told otherwise', async () => {
    const alone = await createLoader(dataset, options, createRandom(3));
    const loader = await threaded({});
    expect(await collect(loader.epoch(0))).toEqual(await collect(alone.epoch(0)));
  });
});

describe('what is thrown on a worker', () => {
  it.each([
    ['a coordinate that is NaN', 'bad', whole],
    ['a view that is not finite', 'good', undefined],
  ])('is thrown here: %s', async (_, set, pipeline) => {
    const data = await openDataset(join(dir, set), { part: 'train' });
    opened.push(data);
    const module = new URL('./overflow-step.ts', import.meta.url).href;
    const views = [pipeline ?? [...whole, { kind: 'module', module } as const]];
    const change = { views, shuffle: false };
    const [here, there] = [
      await refusal(collect((await threaded({ ...change, workers: 0 }, data)).epoch(0))),
      await refusal(collect((await threaded({ ...change, workers: 1 }, data)).epoch(0))),
    ];
    expect(there.constructor).toBe(here.constructor);
    expect(there).toEqual(here);
    expect(here).toBeInstanceOf(set === 'bad' ? FormatError : RangeError);
  });

  it('is a module that is not allowed, before a thread starts', async () => {
    const [module] = modules as [string];
    const views = [[...whole, { kind: 'module', module } as const]];
    await expect(threaded({ views, workers: 1, modules: [] })).rejects.toThrow(
      `expected no module but those that are allowed, got ${module}`,
    );
  });

  it('comes after the batches before it, and leaves the loader usable', async () => {
    const data = await openDataset(join(dir, 'bad'), { part: 'train' });
    opened.push(data);
    const loader = await threaded({ workers: 1, prefetch: 6, shuffle: false }, data);
    const seen: number[] = [];
    const work = async (): Promise<void> => {
      for await (const { indices } of loader.epoch(0)) seen.push(...indices);
    };
    expect((await refusal(work())).message).toContain('clip clip-13: expected finite coordinates');
    expect(seen).toEqual(Array.from({ length: 12 }, (_, index) => index));
    expect(await collect(loader.epoch(0, 4))).toHaveLength(2);
  });

  it('is thrown here when the worker has not started yet', async () => {
    const loader = await threaded({
      workers: 1,
      views: [workerStep({ kind: 'fail at the start' })],
    });
    const error = await refusal(collect(loader.epoch(0)));
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toContain('not on this thread');
  });

  it('says what is missing when the files are gone', async () => {
    const folder = join(dir, 'gone');
    await writePreparedSet(folder, {
      ...{ layout: 'kinect-v1', persons: 1, longest: 16, frames },
    });
    const data = await openDataset(folder, { part: 'train' });
    opened.push(data);
    await rm(folder, { recursive: true });
    const error = await refusal(collect((await threaded({ workers: 1 }, data)).epoch(0)));
    expect(error).toBeInstanceOf(FormatError);
    expect(error.message).toContain(`${folder}: expected a prepared data set`);
  });
});

describe('a worker that dies', () => {
  it.each([
    ['exit', 2, 'worker exited with code: 3'],
    ['exit at the start', 1, 'worker exited with code: 4'],
    ['throw later', 1, 'thrown when nobody looks'],
  ] as const)('is reported, and ends the loader: %s', async (kind, workers, reason) => {
    const loader = await threaded({ workers, views: [workerStep({ kind, after: 2 })] });
    const error = await refusal(collect(loader.epoch(0)));
    expect(error.message).toMatch(/^loader: expected worker threads to live, got one that died: /);
    expect(error.message).toContain(reason);
    expect((await refusal(collect(loader.epoch(1)))).message).toBe(error.message);
    await loader.close();
  });
});

describe('an epoch that is left', () => {
  it('leaves no work, and the next one is whole', async () => {
    const seen = new Int32Array(new SharedArrayBuffer(4));
    const views = [workerStep({ kind: 'count', seen })];
    const loader = await threaded({ workers: 1, prefetch: 6, views });
    for await (const batch of loader.epoch(0)) {
      expect(batch.shape[0]).toBe(4);
      break;
    }
    const left = Atomics.load(seen, 0);
    expect(left).toBeGreaterThan(0);
    const again = await collect(loader.epoch(0));
    // The only worker takes up tasks in order: what had been left to do would have been done before.
    expect(Atomics.load(seen, 0)).toBe(left + dataset.length);
    const alone = await createLoader(dataset, { ...options, views }, createRandom(3));
    expect(again).toEqual(await collect(alone.epoch(0)));
  });

  it('is read no further than asked and prefetched', async () => {
    const seen = new Int32Array(new SharedArrayBuffer(4));
    const views = [workerStep({ kind: 'count', seen })];
    const loader = await threaded({ workers: 1, prefetch: 2, views });
    const epoch = loader.epoch(0);
    await epoch.next();
    // One batch is here, two are ready.
    await expect.poll(() => Atomics.load(seen, 0)).toBe(12);
    await epoch.return();
    // The only worker takes up tasks in order: a fourth batch would have been made before these.
    await collect(loader.epoch(0));
    expect(Atomics.load(seen, 0)).toBe(12 + dataset.length);
  });

  it('does not hold up close, and is over then', async () => {
    const loader = await threaded({ workers: 1 });
    const epoch = loader.epoch(0);
    await epoch.next();
    await loader.close();
    await loader.close();
    const closed = 'epoch: expected an open loader, got a closed one';
    expect((await refusal(epoch.next())).message).toBe(closed);
    expect(() => loader.epoch(0)).toThrow(closed);
  });

  it('does not hold up close when its worker hangs', async () => {
    const seen = new Int32Array(new SharedArrayBuffer(4));
    const views = [workerStep({ kind: 'hang', seen, after: 1 })];
    const loader = await threaded({ workers: 1, views });
    const next = refusal(loader.epoch(0).next());
    // It hangs at the second clip.
    await expect.poll(() => Atomics.load(seen, 0)).toBe(2);
    await loader.close();
    expect((await next).message).toBe('epoch: expected an open loader, got a closed one');
  });
});

describe('threads', () => {
  it('do not keep a process alive that forgets to close them', () => {
    const script = fileURLToPath(new URL('./forgetful.ts', import.meta.url));
    const flags = ['--conditions=@halp/source', '--import', import.meta.resolve('tsx')];
    // In a folder in which nothing is installed: threads find what they need from their own modules.
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [...flags, script, join(dir, 'good')],
      { cwd: dir, timeout: 300_000 },
    );
    expect(stderr.toString()).toBe('');
    expect([status, stdout.toString()]).toEqual([0, 'one batch of 4\n']);
  });

  it.runIf(process.platform === 'linux')('leave no file open', async () => {
    const open = (): number => readdirSync('/proc/self/fd').length;
    const before = open();
    const loader = await threaded({ workers: 1 });
    await collect(loader.epoch(0));
    expect(open()).toBeGreaterThan(before);
    await loader.close();
    expect(open()).toBe(before);
  });
});

describe('mistakes', () => {
  it('are named at once, as by the loader of one thread', async () => {
    await expect(threaded({ workers: -1 })).rejects.toThrow(
      'createThreadedLoader: expected workers to be an integer at least 0, got -1',
    );
    await expect(threaded({ workers: 1, prefetch: 0 })).rejects.toThrow('expected prefetch');
    await expect(threaded({ workers: 1, batchSize: 0 })).rejects.toThrow(
      'createThreadedLoader: expected batchSize to be an integer at least 1, got 0',
    );
    await expect(
      threaded({ workers: 1, views: [halpPretrainView({ corrupted: 21 })] }),
    ).rejects.toThrow(
      "createThreadedLoader: view 0, for 'noise' (kinect-v1, 20 joints): checkPipeline: step 1",
    );
    const module = new URL('./worker-step.ts', import.meta.url).href;
    const step = { kind: 'module', module, options: { kind: 'count', seen: () => 0 } } as const;
    await expect(threaded({ workers: 1, views: [[step]] })).rejects.toThrow(
      'createThreadedLoader: expected pipelines of plain data, got DataCloneError',
    );
  });
});
