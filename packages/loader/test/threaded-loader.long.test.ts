import { spawnSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openArrays, openDataset } from '@halp/data/node';
import { FormatError } from '@halp/files';
import { createRandom } from '@halp/random';
import { kinectV1 } from '@halp/skeleton';
import { bundled } from '@halp/testing';
import { createLoader } from '../src/index.ts';
import { writePreparedSet } from './prepared-set.ts';
import { collect, loaderThreads, options, refusal, SET, workerStep } from './threads.ts';

// Starting a thread that runs TypeScript takes 1.5 seconds of CPU time.
const own = loaderThreads();

describe('batches from worker threads', () => {
  it('have the same bytes as with one thread, with three workers', async () => {
    const alone = await createLoader(own.dataset, options, createRandom(3));
    const expected = [await collect(alone.epoch(0)), await collect(alone.epoch(5))];
    const loader = await own.threaded({ workers: 3, prefetch: 1 });
    expect([await collect(loader.epoch(0)), await collect(loader.epoch(5))]).toEqual(expected);
  });

  it('can be read from arrays of other code', async () => {
    const path = (file: string): string => join(own.dir, 'good', 'xsub', `train_${file}.npy`);
    const files = { data: path('data_joint'), labels: path('label'), frames: path('num_frame') };
    const arrays = await openArrays({ ...files, layout: kinectV1 });
    own.opened.push(arrays);
    expect(arrays.source?.kind).toBe('arrays');
    const loaders = [
      await own.threaded({ workers: 0 }, arrays),
      await own.threaded({ workers: 1 }, arrays),
    ];
    const [here, there] = await Promise.all(loaders.map((loader) => collect(loader.epoch(0))));
    expect(there).toEqual(here);
  });

  it('use a number of threads that depends on the machine by default', async () => {
    const alone = await createLoader(own.dataset, options, createRandom(3));
    const loader = await own.threaded({});
    expect(await collect(loader.epoch(0))).toEqual(await collect(alone.epoch(0)));
  });
});

describe('an error in a worker', () => {
  it('names the missing folder if it is deleted', async () => {
    const folder = join(own.dir, 'gone');
    await writePreparedSet(folder, SET);
    const data = await openDataset(folder, { part: 'train' });
    own.opened.push(data);
    await rm(folder, { recursive: true });
    const error = await refusal(collect((await own.threaded({ workers: 1 }, data)).epoch(0)));
    expect(error).toBeInstanceOf(FormatError);
    expect(error.message).toContain(`${folder}: expected a prepared data set`);
  });
});

describe('a worker that exits', () => {
  it('is reported and ends the loader: exit, with another worker', async () => {
    const views = [workerStep({ kind: 'exit', after: 2 })];
    const loader = await own.threaded({ workers: 2, views });
    const error = await refusal(collect(loader.epoch(0)));
    expect(error.message).toMatch(/^loader: a worker thread exited unexpectedly: /);
    expect(error.message).toContain('worker exited with code: 3');
    expect((await refusal(collect(loader.epoch(1)))).message).toBe(error.message);
    await loader.close();
  });
});

describe('an epoch that ends early', () => {
  it('reads only the requested and prefetched batches', async () => {
    const seen = new Int32Array(new SharedArrayBuffer(4));
    const views = [workerStep({ kind: 'count', seen })];
    const loader = await own.threaded({ workers: 1, prefetch: 2, views });
    const epoch = loader.epoch(0);
    await epoch.next();
    // One batch was returned, two are ready.
    await expect.poll(() => Atomics.load(seen, 0)).toBe(12);
    await epoch.return();
    // The only worker runs tasks in order: a fourth batch would have been made before these.
    await collect(loader.epoch(0));
    expect(Atomics.load(seen, 0)).toBe(12 + own.dataset.length);
  });

  it('does not delay close, and ends with it', async () => {
    const loader = await own.threaded({ workers: 1 });
    const epoch = loader.epoch(0);
    await epoch.next();
    await loader.close();
    await loader.close();
    const closed = 'epoch: expected an open loader, got a closed one';
    expect((await refusal(epoch.next())).message).toBe(closed);
    expect(() => loader.epoch(0)).toThrow(closed);
  });
});

describe('threads', () => {
  it('do not keep a process alive without close', async () => {
    const program = await bundled(new URL('./forgetful.ts', import.meta.url));
    // In a folder without installed packages: threads resolve imports from their own modules.
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [program, join(own.dir, 'good')],
      {
        cwd: own.dir,
        timeout: 300_000,
      },
    );
    expect(stderr.toString()).toBe('');
    expect([status, stdout.toString()]).toEqual([0, 'one batch of 4\n']);
  });
});
