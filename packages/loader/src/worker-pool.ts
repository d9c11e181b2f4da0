import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Piscina } from 'piscina';
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
    ...workerModule(),
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

/** The worker's module, beside this one, and how Node can run it: as it is, or as TypeScript. */
function workerModule(): { readonly filename: string; readonly execArgv?: string[] } {
  const here = import.meta.url;
  if (!here.endsWith('.ts')) return { filename: new URL('./worker.js', here).href };
  // `--import tsx` does nothing for modules on a thread other than the main one; its API does, but the
  // one that `require` would load looks for its files in the wrong place.
  const tsx = createRequire(here)
    .resolve('tsx/esm/api')
    .replace(/\.cjs$/, '.mjs');
  const register = `import { register } from ${JSON.stringify(pathToFileURL(tsx).href)}; register();`;
  return {
    filename: new URL('./worker.ts', here).href,
    execArgv: ['--conditions=@halp/source', '--import', `data:text/javascript,${register}`],
  };
}
