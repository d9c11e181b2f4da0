import { Piscina } from 'piscina';
import { workerModule } from '@halp/files/node';
import type { BatchResult, BatchTask, WorkerSetup } from './task.ts';

/** Worker threads that make batches. */
export interface WorkerPool {
  /**
   * Makes a batch. Tasks are started in the order of the calls.
   *
   * @throws Error if a thread has exited unexpectedly, or the pool is closed.
   */
  readonly run: (task: BatchTask) => Promise<BatchResult>;
  /** Terminates the threads, also while they work. */
  readonly close: () => Promise<void>;
}

/**
 * Starts `workers` threads.
 *
 * If a thread exits unexpectedly, the pool ends: pending and later tasks are rejected.
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
    `loader: a worker thread exited unexpectedly: ${reason}; ` +
      'a step of a pipeline may have ended it or needed too much memory; workers: 0 shows the cause',
    { cause },
  );
}
