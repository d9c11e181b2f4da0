import { workerData } from 'node:worker_threads';
import { compilePipeline } from '@halp/augment';
import type { DatasetSource } from '@halp/data';
import { reopenDataset } from '@halp/data/node';
import { restoreRandom } from '@halp/random';
import { stackViews } from './batch.ts';
import { toPlainError } from './plain-error.ts';
import { memoryFor, viewsIn } from './shared-views.ts';
import type { BatchResult, BatchTask, WorkerSetup } from './task.ts';

// This module runs once per worker thread: its state is the state of that thread.
const starting = start(workerData as WorkerSetup);
// Awaited by the tasks, which return the error.
starting.catch(() => undefined);

/** Makes a batch in this thread; errors are returned as the result. */
export async function makeBatch(task: BatchTask): Promise<BatchResult> {
  try {
    if (Atomics.load(task.stop, 0) !== 0) throw new Error('makeBatch: the epoch was left');
    const make = await starting;
    return await make(task);
  } catch (error) {
    return { kind: 'failed', error: toPlainError(error) };
  }
}

async function start({
  source,
  views,
  modules,
  random,
}: WorkerSetup): Promise<(task: BatchTask) => Promise<BatchResult>> {
  // A worker has no other work while it waits for a read.
  const dataset = await reopenDataset(source, { blocking: true });
  const transforms = await Promise.all(
    views.map((pipeline) => compilePipeline(pipeline, { modules })),
  );
  const rng = restoreRandom(random);
  return async ({ epoch, indices, memory }) => {
    let filled = memory;
    const stack = stackViews(indices.length, {
      transforms,
      streamOf: (row, view) => rng.fork('view', epoch, indices[row] as number, view),
      allocate: (wanted) => {
        filled = memoryFor(memory, views.length, wanted);
        return viewsIn(filled, views.length, wanted);
      },
    });
    if (isPrepared(source)) {
      // One by one: a clip that was just read is still in the processor's cache.
      for (const index of indices) stack.add(await dataset.get(index));
    } else {
      const samples = await Promise.all(Array.from(indices, (index) => dataset.get(index)));
      samples.forEach(stack.add);
    }
    return { kind: 'made', memory: filled, shape: stack.views().shape };
  };
}

/** Whether clips are read from the arrays of a prepared set, converted or not. */
function isPrepared(source: DatasetSource): boolean {
  return source.kind === 'converted' ? isPrepared(source.source) : source.kind === 'prepared';
}
