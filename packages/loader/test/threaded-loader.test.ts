import { describe, expect, it } from 'vitest';
import { halpPretrainView } from '@halp/augment';
import { convertedDataset, type Dataset } from '@halp/data';
import { createRandom } from '@halp/random';
import { type Batch, createLoader } from '../src/index.ts';
import { createThreadedLoader } from '../src/node.ts';
import { loaderThreads, options } from './threads.ts';

const own = loaderThreads();

// Threads that fail, exit or hang are tested in the long lane.
it('worker threads convert clips to the same bytes as one thread; the main thread reads no clip', async () => {
  const form = { layout: 'kinect-v2', persons: 2, turned: true } as const;
  const converted = convertedDataset(own.dataset, form);
  const alone = await createLoader(converted, options, createRandom(3));
  const unread: Dataset = {
    ...converted,
    get: () => Promise.reject(new Error('expected a worker thread to read')),
  };
  const threads = await createThreadedLoader(unread, { ...options, workers: 2 }, createRandom(3));
  own.opened.push(alone, threads);
  for (let epoch = 0; epoch < 2; epoch++) {
    const expected: Batch[] = [];
    for await (const batch of alone.epoch(epoch)) expected.push(batch);
    const found: Batch[] = [];
    for await (const batch of threads.epoch(epoch)) found.push(batch);
    expect(found).toEqual(expected);
    expect(found[0]?.shape).toEqual([4, 3, 8, 25, 2]);
  }
});

describe('errors', () => {
  it('are thrown at the call, like those of the loader with one thread', async () => {
    await expect(own.threaded({ workers: -1 })).rejects.toThrow(
      'createThreadedLoader: expected workers to be an integer of at least 0, got -1',
    );
    await expect(own.threaded({ workers: 1, prefetch: 0 })).rejects.toThrow('expected prefetch');
    await expect(own.threaded({ workers: 1, batchSize: 0 })).rejects.toThrow(
      'createThreadedLoader: expected batchSize to be an integer of at least 1, got 0',
    );
    await expect(
      own.threaded({ workers: 1, views: [halpPretrainView({ corrupted: 21 })] }),
    ).rejects.toThrow(
      "createThreadedLoader: view 0, for 'noise' (kinect-v1, 20 joints): checkPipeline: step 1",
    );
    const module = new URL('./worker-step.ts', import.meta.url).href;
    const step = { kind: 'module', module, options: { kind: 'count', seen: () => 0 } } as const;
    await expect(own.threaded({ workers: 1, views: [[step]] })).rejects.toThrow(
      'createThreadedLoader: expected pipelines of plain data, got DataCloneError',
    );
  });
});
