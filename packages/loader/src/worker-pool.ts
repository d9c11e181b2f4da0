import { Piscina } from 'piscina';
import { workerModule } from '@halp/files/node';
import type { BatchResult, BatchTask, WorkerSetup } from './task.ts';

/** Worker threads that make batches. */
export interface WorkerPool {
  /**
   * What becomes of a batch. Tasks are taken up in the order in which they are given.
   *
   * @throws Error if a thread has died, or the pool is closed.
   */
  readonly run: (task: BatchTask) => Promise<BatchResult>;
  /** Ends the threads, whatever they do. */
  readonly close: () => Promise<void>;
}

/**
 * Starts `workers` threads.
 *
 * A thread that dies takes the pool with it: whatever waits is refused, and so is all that comes later.
 */
export function startWorkers(setup: WorkerSetup, workers: number): WorkerPool {
  const pool = new Piscina({
    ...workerModule(import.meta.url, {
      source: './worker.ts',
      built: './worker.js',
      // The steps of a pipeline.
      importsUserModules: true,
    }),
    name: 'makeBatch',
    minThreads: workers,
    maxThreads: workers,
    workerData: setup,
  });
  const waiting = new Set<(reason: Error) => void>();
  let ended: Error | undefined;

  async function end(reason: Error): Promise<void> {
    ended ??= reason;
    for (const refuse of waiting) refuse(ended);
    waiting.clear();
    await pool.destroy();
  }
  const onDeath = (cause: unknown): void => {
    if (ended === undefined) void end(deathOf(cause));
  };
  pool.on('error', onDeath);
  // What a thread was working on is refused with the cause; this is for threads that were idle or
  // starting, whose death nobody else reports.
  pool.on('workerDestroy', () => setImmediate(onDeath, 'no reason is known'));

  return {
    run(task) {
      if (ended !== undefined) return Promise.reject(ended);
      return new Promise((resolve, reject) => {
        waiting.add(reject);
        (pool.run(task) as Promise<BatchResult>).then(
          (result) => {
            waiting.delete(reject);
            resolve(result);
          },
          // Whatever is thrown on a worker is a result; this is the end of a thread.
          onDeath,
        );
      });
    },
    close: () => end(new Error('epoch: expected an open loader, got a closed one')),
  };
}

function deathOf(cause: unknown): Error {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new Error(
    `loader: expected worker threads to live, got one that died: ${reason}; ` +
      'a step of a pipeline may end it or need too much memory, which workers: 0 would show',
    { cause },
  );
}
