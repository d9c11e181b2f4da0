import { Piscina } from 'piscina';
import { workerModule } from '@halp/files/node';
import type { RawSource, ReadingPlan } from '../record/plan.ts';
import { type GroupResult, type GroupTask, prepareGroup } from './prepare-group.ts';

/** A group of consecutive sources of a plan, with their clips. */
export interface PreparedGroup extends GroupResult {
  readonly sources: readonly RawSource[];
}

/** The threads that read a plan's sources. */
export interface ThreadOptions {
  /** The number of worker threads; 0 reads in this thread. */
  readonly workers: number;
  /** Aborts the reading between two groups. */
  readonly signal?: AbortSignal | undefined;
}

/** Large enough to make messages between threads cheap, small enough for little memory. */
const CLIPS_PER_GROUP = 16;

/**
 * Reads sources on worker threads and yields them in order.
 *
 * Each worker has at most two groups of about 16 clips in progress or waiting, so memory does not grow with the number of
 * sources.
 *
 * @throws Error if a worker dies, or what `prepareFile` throws.
 */
export async function* prepareInOrder(
  sources: readonly RawSource[],
  { reader, layout, persons, frames, preparation, seed }: ReadingPlan,
  { workers, signal }: ThreadOptions,
): AsyncGenerator<PreparedGroup, void, undefined> {
  // Without the sources, which would be copied with every task.
  const plan: ReadingPlan = { reader, layout, persons, frames, preparation, seed };
  const groups = groupsOf(sources);
  if (workers === 0) {
    for (const group of groups) {
      signal?.throwIfAborted();
      yield { sources: group, ...(await prepareGroup({ sources: group, plan })) };
    }
    return;
  }
  const pool = new Piscina({
    ...workerModule(import.meta.url, {
      source: './worker.ts',
      built: './prepare/worker.js',
      importsUserModules: false,
    }),
    name: 'prepareInWorker',
    minThreads: 1,
    maxThreads: workers,
  });
  try {
    const waiting: { readonly group: readonly RawSource[]; readonly work: Promise<GroupResult> }[] =
      [];
    const start = (): void => {
      const next = groups.next();
      if (next.done === true) return;
      const task: GroupTask = { sources: next.value, plan };
      const work = pool.run(task) as Promise<GroupResult>;
      // Awaited later; until then a rejection should not end the process.
      work.catch(() => undefined);
      waiting.push({ group: next.value, work });
    };
    for (let i = 0; i < workers * 2; i++) start();
    for (let first = waiting.shift(); first !== undefined; first = waiting.shift()) {
      signal?.throwIfAborted();
      const read = await first.work;
      start();
      yield { sources: first.group, ...read };
    }
  } finally {
    await pool.destroy();
  }
}

function* groupsOf(
  sources: readonly RawSource[],
): Generator<readonly RawSource[], void, undefined> {
  let group: RawSource[] = [];
  let clips = 0;
  for (const source of sources) {
    group.push(source);
    clips += source.clips.length;
    if (clips < CLIPS_PER_GROUP) continue;
    yield group;
    [group, clips] = [[], 0];
  }
  if (group.length > 0) yield group;
}
