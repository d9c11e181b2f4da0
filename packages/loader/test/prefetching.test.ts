import { describe, expect, it } from 'vitest';
import type { Batch } from '../src/index.ts';
import { prefetching } from '../src/prefetching.ts';
import { memoryFor, viewsIn } from '../src/shared-views.ts';
import type { BatchResult, BatchTask } from '../src/task.ts';
import type { WorkerPool } from '../src/worker-pool.ts';
import { memoryDataset } from './memory-dataset.ts';

const shape = [2, 3, 4, 20, 1] as const;

/** A pool that answers after a delay with views filled with the first clip's index, and records its tasks. */
function fakePool(failing?: number): WorkerPool & {
  readonly memories: Set<SharedArrayBuffer>;
  readonly stops: Int32Array[];
  readonly most: () => number;
  readonly running: () => number;
} {
  const memories = new Set<SharedArrayBuffer>();
  const stops: Int32Array[] = [];
  let [running, most] = [0, 0];
  const answer = ({ indices, memory }: BatchTask): BatchResult => {
    const first = indices[0] as number;
    if (first === failing) return { kind: 'failed', error: { name: 'RangeError', message: 'no' } };
    const filled = memoryFor(memory, 2, shape);
    memories.add(filled);
    viewsIn(filled, 2, shape).forEach((view, which) => view.fill(first + which / 2));
    return { kind: 'made', memory: filled, shape };
  };
  return {
    memories,
    stops,
    most: () => most,
    running: () => running,
    async run(task) {
      stops.push(task.stop);
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 1));
      running--;
      return answer(task);
    },
    close: () => Promise.resolve(),
  };
}

async function collect(epoch: AsyncIterable<Batch>): Promise<Batch[]> {
  const batches: Batch[] = [];
  for await (const batch of epoch) batches.push(batch);
  return batches;
}

const steps = Array.from({ length: 9 }, (_, step) => Int32Array.of(2 * step, 2 * step + 1));
const dataset = memoryDataset(18);

describe('prefetching', () => {
  it('yields batches with separate numbers, in order, with labels and names', async () => {
    const make = prefetching(fakePool(), { dataset, views: 2, prefetch: 4 });
    const batches = await collect(make(0, steps));
    expect(batches.map(({ indices }) => [...indices])).toEqual(steps.map((step) => [...step]));
    for (const { views, indices, labels, names } of batches) {
      const first = indices[0] as number;
      expect(views.map((view) => [...new Set(view)])).toEqual([[first], [first + 0.5]]);
      expect([...labels]).toEqual([first % 3, (first + 1) % 3]);
      expect(names).toEqual([`clip-${first}`, `clip-${first + 1}`]);
    }
  });

  it.each([1, 2, 4])(
    'uses the memory of %d batches, over any number of epochs',
    async (prefetch) => {
      const pool = fakePool();
      const make = prefetching(pool, { dataset, views: 2, prefetch });
      for (let epoch = 0; epoch < 5; epoch++) {
        let step = 0;
        for await (const { shape: got } of make(epoch, steps)) {
          expect(got).toEqual(shape);
          // Some epochs are ended early.
          if (++step === 3 && epoch % 2 === 1) break;
        }
      }
      expect(pool.most()).toBe(prefetch);
      expect(pool.memories.size).toBe(prefetch);
    },
  );

  it('cancels pending batches when an epoch ends early, awaits those in progress, and reuses their memory', async () => {
    const pool = fakePool();
    const make = prefetching(pool, { dataset, views: 2, prefetch: 3 });
    const epoch = make(0, steps);
    await epoch.next();
    expect(pool.running()).toBeGreaterThan(0);
    expect(pool.stops.map(([stop]) => stop)).toEqual([0, 0, 0, 0]);
    await epoch.return();
    expect(pool.stops.map(([stop]) => stop)).toEqual([1, 1, 1, 1]);
    expect(pool.running()).toBe(0);
    await collect(make(1, steps));
    expect(pool.memories.size).toBe(3);
  });

  it('throws at the failed batch', async () => {
    const pool = fakePool(8);
    const epoch = prefetching(pool, { dataset, views: 2, prefetch: 9 })(0, steps);
    for (let step = 0; step < 4; step++) expect((await epoch.next()).done).toBe(false);
    await expect(epoch.next()).rejects.toThrow(new RangeError('no'));
    expect(pool.running()).toBe(0);
  });
});
