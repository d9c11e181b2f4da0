import type { Dataset } from '@halp/data';
import { type Batch, batchOf } from './batch.ts';
import type { BatchMaker } from './epochs.ts';
import { fromPlainError } from './plain-error.ts';
import { copyViews } from './shared-views.ts';
import type { BatchResult } from './task.ts';
import type { WorkerPool } from './worker-pool.ts';

/** Options of {@link prefetching}. */
export interface PrefetchingOptions {
  readonly dataset: Dataset;
  /** The number of views. */
  readonly views: number;
  /** The maximum number of batches of an epoch that are in progress or waiting. */
  readonly prefetch: number;
}

/** A batch that a worker is making. */
interface Ahead {
  readonly indices: Int32Array;
  readonly memory: SharedArrayBuffer;
  readonly result: Promise<BatchResult>;
}

/** Makes the batches of epochs on worker threads, some steps ahead of the consumer. */
export function prefetching(pool: WorkerPool, options: PrefetchingOptions): BatchMaker['make'] {
  const { dataset, views, prefetch } = options;
  // Shared memory is reused: V8 collects dropped shared memory too late, so it would accumulate.
  const spare: SharedArrayBuffer[] = [];

  return async function* (epoch, steps): AsyncGenerator<Batch, void, undefined> {
    const stop = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    const ahead: Ahead[] = [];
    let next = 0;
    const start = (): void => {
      for (; next < steps.length && ahead.length < prefetch; next++) {
        const indices = steps[next] as Int32Array;
        const memory = spare.pop() ?? new SharedArrayBuffer(0);
        const result = pool.run({ epoch, indices, memory, stop });
        // Awaited later; until then a rejection should not end the process.
        result.catch(() => undefined);
        ahead.push({ indices, memory, result });
      }
    };
    try {
      start();
      for (let first = ahead[0]; first !== undefined; first = ahead[0]) {
        const result = await first.result;
        if (result.kind === 'failed') throw fromPlainError(result.error);
        const made = copyViews(result.memory, views, result.shape);
        ahead.shift();
        spare.push(result.memory);
        start();
        yield batchOf(made, first.indices, dataset);
      }
    } finally {
      Atomics.store(stop, 0, 1);
      const ended = await Promise.allSettled(ahead.map(({ result }) => result));
      ended.forEach((end, i) => {
        const made = end.status === 'fulfilled' && end.value.kind === 'made' ? end.value : ahead[i];
        spare.push((made as Ahead).memory);
      });
    }
  };
}
