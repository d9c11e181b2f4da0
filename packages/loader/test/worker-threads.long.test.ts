import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDataset } from '@halp/data/node';
import { FormatError } from '@halp/files';
import { createRandom } from '@halp/random';
import { createLoader } from '../src/index.ts';
import { memoryDataset } from './memory-dataset.ts';
import { collect, loaderThreads, modules, options, refusal, whole, workerStep } from './threads.ts';

const own = loaderThreads();

describe('batches from worker threads', () => {
  it('have the same bytes as with one thread, for any number of workers', async () => {
    const alone = await createLoader(own.dataset, options, createRandom(3));
    const expected = [await collect(alone.epoch(0)), await collect(alone.epoch(5))];
    expect(expected[0]).toHaveLength(6);
    // Three workers are tested in `threaded-loader.long.test.ts`.
    for (const loader of [await own.threaded({ workers: 0 }), await own.shared()]) {
      // All batches are kept until the end: a yielded batch is never overwritten.
      expect([await collect(loader.epoch(0)), await collect(loader.epoch(5))]).toEqual(expected);
    }
  });

  it('are the remaining batches of an epoch when started at a step', async () => {
    const loader = await own.shared();
    const epoch = await collect(loader.epoch(1));
    for (const step of [0, 2, 5, 6]) {
      expect(await collect(loader.epoch(1, step))).toEqual(epoch.slice(step));
    }
  });

  it('are owned by the receiver and are not in shared memory', async () => {
    const loader = await own.shared();
    for await (const { views } of loader.epoch(0)) {
      for (const data of views) expect(data.buffer).toBeInstanceOf(ArrayBuffer);
    }
  });

  it('are separate when two epochs are read alternately', async () => {
    const loader = await own.shared();
    const expected = [await collect(loader.epoch(0)), await collect(loader.epoch(1))];
    const epochs = [loader.epoch(0), loader.epoch(1)];
    for (let step = 0; step < 6; step++) {
      for (const [which, epoch] of epochs.entries()) {
        expect((await epoch.next()).value).toEqual(expected[which]?.[step]);
      }
    }
  });

  it('are made in the main thread if the data set has no source', async () => {
    const memory = memoryDataset(6);
    const batches = await collect((await own.threaded({ workers: 2 }, memory)).epoch(0));
    expect(memory.reads).toEqual(batches.flatMap(({ indices }) => [...indices]));
  });
});

describe('an error in a worker', () => {
  it.each([
    ['a coordinate that is NaN', 'bad', whole],
    ['a view that is not finite', 'good', undefined],
  ])('is rethrown in the main thread: %s', async (_, set, pipeline) => {
    const data = await openDataset(join(own.dir, set), { part: 'train' });
    own.opened.push(data);
    const module = new URL('./overflow-step.ts', import.meta.url).href;
    const views = [pipeline ?? [...whole, { kind: 'module', module } as const]];
    const change = { views, shuffle: false };
    const [here, there] = [
      await refusal(collect((await own.threaded({ ...change, workers: 0 }, data)).epoch(0))),
      await refusal(collect((await own.threaded({ ...change, workers: 1 }, data)).epoch(0))),
    ];
    expect(there.constructor).toBe(here.constructor);
    expect(there).toEqual(here);
    expect(here).toBeInstanceOf(set === 'bad' ? FormatError : RangeError);
  });

  it('includes a module that is not allowed, before a thread starts', async () => {
    const [module] = modules as [string];
    const views = [[...whole, { kind: 'module', module } as const]];
    await expect(own.threaded({ views, workers: 1, modules: [] })).rejects.toThrow(
      `expected an allowed module, got ${module}`,
    );
  });

  it('is thrown after the previous batches, and the loader remains usable', async () => {
    const data = await openDataset(join(own.dir, 'bad'), { part: 'train' });
    own.opened.push(data);
    const loader = await own.threaded({ workers: 1, prefetch: 6, shuffle: false }, data);
    const seen: number[] = [];
    const work = async (): Promise<void> => {
      for await (const { indices } of loader.epoch(0)) seen.push(...indices);
    };
    expect((await refusal(work())).message).toContain('clip clip-13: expected finite coordinates');
    expect(seen).toEqual(Array.from({ length: 12 }, (_, index) => index));
    expect(await collect(loader.epoch(0, 4))).toHaveLength(2);
  });

  it('is thrown in the main thread if the worker has not started yet', async () => {
    const loader = await own.threaded({
      workers: 1,
      views: [workerStep({ kind: 'fail at the start' })],
    });
    const error = await refusal(collect(loader.epoch(0)));
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toContain('not on this thread');
  });
});

describe('a worker that exits', () => {
  it.each([
    ['exit at the start', 'worker exited with code: 4'],
    ['throw later', 'thrown when nobody looks'],
  ] as const)('is reported and ends the loader: %s', async (kind, reason) => {
    const loader = await own.threaded({ workers: 1, views: [workerStep({ kind, after: 2 })] });
    const error = await refusal(collect(loader.epoch(0)));
    expect(error.message).toMatch(/^loader: a worker thread exited unexpectedly: /);
    expect(error.message).toContain(reason);
    expect((await refusal(collect(loader.epoch(1)))).message).toBe(error.message);
    await loader.close();
  });
});

describe('an epoch that ends early', () => {
  it('leaves no pending tasks, and the next epoch is complete', async () => {
    const seen = new Int32Array(new SharedArrayBuffer(4));
    const views = [workerStep({ kind: 'count', seen })];
    const loader = await own.threaded({ workers: 1, prefetch: 6, views });
    for await (const batch of loader.epoch(0)) {
      expect(batch.shape[0]).toBe(4);
      break;
    }
    const left = Atomics.load(seen, 0);
    expect(left).toBeGreaterThan(0);
    const again = await collect(loader.epoch(0));
    // The only worker runs tasks in order: pending tasks would have been done before.
    expect(Atomics.load(seen, 0)).toBe(left + own.dataset.length);
    const alone = await createLoader(own.dataset, { ...options, views }, createRandom(3));
    expect(again).toEqual(await collect(alone.epoch(0)));
  });

  it('does not delay close if its worker hangs', async () => {
    const seen = new Int32Array(new SharedArrayBuffer(4));
    const views = [workerStep({ kind: 'hang', seen, after: 1 })];
    const loader = await own.threaded({ workers: 1, views });
    const next = refusal(loader.epoch(0).next());
    // The worker hangs at the second clip.
    await expect.poll(() => Atomics.load(seen, 0)).toBe(2);
    await loader.close();
    expect((await next).message).toBe('epoch: expected an open loader, got a closed one');
  });
});

describe('threads', () => {
  it.runIf(process.platform === 'linux')('leave no file open', async () => {
    const open = (): number => readdirSync('/proc/self/fd').length;
    const before = open();
    const loader = await own.threaded({ workers: 1 });
    await collect(loader.epoch(0));
    expect(open()).toBeGreaterThan(before);
    await loader.close();
    expect(open()).toBe(before);
  });
});
