import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePipeline, halpPretrainView, type Pipeline } from '@halp/augment';
import { createRandom } from '@halp/random';
import { type Batch, createLoader, type LoaderOptions } from '../src/index.ts';
import { memoryDataset } from './memory-dataset.ts';

const view = halpPretrainView({ size: 8, minimum: 4, corrupted: 12 });
const options: LoaderOptions = {
  batchSize: 4,
  views: [view, view],
  shuffle: true,
  dropLast: false,
};

async function collect(epoch: AsyncIterable<Batch>): Promise<Batch[]> {
  const batches: Batch[] = [];
  for await (const batch of epoch) batches.push(batch);
  return batches;
}

/** The batches of an epoch over new clips. */
async function epochOf(
  length: number,
  change: Partial<LoaderOptions> = {},
  { epoch = 0, fromStep = 0, seed = 0 } = {},
): Promise<Batch[]> {
  const loader = await createLoader(
    memoryDataset(length),
    { ...options, ...change },
    createRandom(seed),
  );
  return collect(loader.epoch(epoch, fromStep));
}

function indicesOf(batches: readonly Batch[]): number[] {
  return batches.flatMap(({ indices }) => [...indices]);
}

describe('an epoch', () => {
  it('contains each clip once, in batches of the given size', async () => {
    const sizes = fc.record({
      length: fc.integer({ min: 1, max: 30 }),
      batchSize: fc.integer({ min: 1, max: 12 }),
      shuffle: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(sizes, async ({ length, batchSize, shuffle }) => {
        const batches = await epochOf(length, { batchSize, shuffle });
        const seen = indicesOf(batches).sort((a, b) => a - b);
        expect(seen).toEqual(Array.from({ length }, (_, index) => index));
        for (const { shape } of batches.slice(0, -1))
          expect(shape).toEqual([batchSize, 3, 8, 20, 1]);
        expect(batches).toHaveLength(Math.ceil(length / batchSize));
      }),
      { seed: 1, numRuns: 30 },
    );
  });

  it('drops an incomplete last batch with dropLast', async () => {
    const [dropped, kept] = [await epochOf(10, { dropLast: true }), await epochOf(10)];
    expect(dropped.map(({ shape }) => shape[0])).toEqual([4, 4]);
    expect(kept.map(({ shape }) => shape[0])).toEqual([4, 4, 2]);
    expect(await epochOf(8, { dropLast: true })).toHaveLength(2);
  });

  it('gives labels and names with their clips', async () => {
    for (const { indices, labels, names } of await epochOf(10)) {
      expect([...labels]).toEqual([...indices].map((index) => index % 3));
      expect(names).toEqual([...indices].map((index) => `clip-${index}`));
    }
  });

  it('keeps the order of the data set without shuffle, and has a new order in every epoch with shuffle', async () => {
    const order = async (shuffle: boolean, epoch: number): Promise<number[]> =>
      indicesOf(await epochOf(20, { shuffle }, { epoch }));
    expect(await order(false, 3)).toEqual(Array.from({ length: 20 }, (_, index) => index));
    expect(await order(true, 0)).not.toEqual(await order(false, 0));
    expect(await order(true, 1)).not.toEqual(await order(true, 0));
  });

  it('resumes at a step with the remaining batches of the epoch, and reads only their clips', async () => {
    const dataset = memoryDataset(18);
    const loader = await createLoader(dataset, options, createRandom(4));
    const whole = await collect(loader.epoch(2));
    for (let step = 0; step <= 5; step++) {
      const fresh = memoryDataset(18);
      const resumed = await createLoader(fresh, options, createRandom(4));
      const tail = await collect(resumed.epoch(2, step));
      expect(tail).toEqual(whole.slice(step));
      expect(fresh.reads).toEqual(indicesOf(whole.slice(step)));
    }
  });
});

describe('randomness', () => {
  it('depends only on the seed: the same seed gives the same batches, another seed different ones', async () => {
    const first = await epochOf(12, {}, { seed: 7 });
    expect(await epochOf(12, {}, { seed: 7 })).toEqual(first);
    expect(await epochOf(12, {}, { seed: 8 })).not.toEqual(first);
  });

  it('uses a separate named stream for each view of each clip in each epoch', async () => {
    const transform = await compilePipeline(view);
    const dataset = memoryDataset(6);
    const rng = createRandom(5);
    const loader = await createLoader(dataset, options, rng);
    for await (const { views, indices } of loader.epoch(3)) {
      for (const [row, index] of indices.entries()) {
        const { clip } = await dataset.get(index);
        views.forEach((data, which) => {
          const expected = transform(clip, createRandom(5).fork('view', 3, index, which)).data;
          expect(data.subarray(row * 480, (row + 1) * 480)).toEqual(expected);
        });
      }
    }
    expect(rng.state()).toEqual(createRandom(5).state());
  });

  it('does not depend on batch size, order, cache, or the state of the stream', async () => {
    const rowsOf = (batches: readonly Batch[]): Map<number, Float32Array> =>
      new Map(
        batches.flatMap(({ indices, views }) =>
          [...indices].map(
            (index, row) => [index, views[1]?.slice(row * 480, (row + 1) * 480)] as const,
          ),
        ) as [number, Float32Array][],
      );
    const reference = rowsOf(await epochOf(11));
    const others = [{ batchSize: 3 }, { shuffle: false }, { cacheBytes: 0 }];
    for (const change of others) {
      const rows = rowsOf(await epochOf(11, change));
      for (const [index, row] of reference) expect(rows.get(index)).toEqual(row);
    }
    const used = createRandom(0);
    used.uniform();
    const loader = await createLoader(memoryDataset(11), options, used);
    expect(rowsOf(await collect(loader.epoch(0)))).toEqual(reference);
  });

  it('gives two different views of a clip', async () => {
    for (const { views } of await epochOf(8)) expect(views[0]).not.toEqual(views[1]);
  });
});

describe('the cache', () => {
  const readsOver = async (cacheBytes: number, epochs: number): Promise<number[]> => {
    const dataset = memoryDataset(10);
    const loader = await createLoader(dataset, { ...options, cacheBytes }, createRandom(0));
    for (let epoch = 0; epoch < epochs; epoch++) await collect(loader.epoch(epoch));
    return dataset.reads;
  };

  it('reads every clip once if all fit, and in every epoch if none fits', async () => {
    expect(await readsOver(2 ** 20, 3)).toHaveLength(10);
    expect(await readsOver(0, 3)).toHaveLength(30);
  });

  it('stays within cacheBytes', async () => {
    // A clip is 2,400 to 6,960 bytes, so 10,000 hold one to four of ten.
    const again = (await readsOver(10_000, 2)).length - 10;
    expect(again).toBeGreaterThanOrEqual(6);
    expect(again).toBeLessThanOrEqual(9);
  });
});

describe('a closed loader', () => {
  it('yields no more batches and frees its clips', async () => {
    const dataset = memoryDataset(10);
    const loader = await createLoader(dataset, options, createRandom(0));
    const epoch = loader.epoch(0);
    await epoch.next();
    await loader.close();
    await loader.close();
    const closed = 'epoch: expected an open loader, got a closed one';
    await expect(epoch.next()).rejects.toThrow(closed);
    expect((await epoch.next()).done).toBe(true);
    expect(() => loader.epoch(0)).toThrow(closed);
    expect(dataset.reads).toHaveLength(4);
  });
});

describe('errors', () => {
  const make = (length: number, change: Partial<LoaderOptions>): Promise<unknown> =>
    createLoader(memoryDataset(length), { ...options, ...change }, createRandom(0));

  it('are thrown at the call for sizes, an empty data set and no view', async () => {
    await expect(make(5, { batchSize: 0 })).rejects.toThrow(
      'createLoader: expected batchSize to be an integer of at least 1, got 0',
    );
    await expect(make(5, { batchSize: Infinity })).rejects.toThrow('got Infinity');
    await expect(make(5, { cacheBytes: NaN })).rejects.toThrow(
      'expected cacheBytes of at least 0, got NaN',
    );
    await expect(make(5, { views: [] })).rejects.toThrow('expected at least one view');
    await expect(make(0, {})).rejects.toThrow("expected clips in data set 'in memory', got none");
  });

  it('include a batch larger than the data set with dropLast', async () => {
    await expect(make(5, { batchSize: 6, dropLast: true })).rejects.toThrow(
      "createLoader: expected a batchSize of at most 5, the clips of 'in memory', got 6",
    );
    expect(await epochOf(5, { batchSize: 6 })).toHaveLength(1);
  });

  it('include a pipeline for a larger skeleton', async () => {
    await expect(make(5, { views: [view, halpPretrainView({ corrupted: 21 })] })).rejects.toThrow(
      "createLoader: view 1, for 'in memory' (kinect-v1, 20 joints): checkPipeline: step 1 ('one-of'), " +
        "choice 0, step 0 ('joint-corruption'): jointCorruption: expected joints to be an integer in [1, 20], got 21",
    );
  });

  it('include steps and epochs that do not exist, before the first batch is requested', async () => {
    const loader = await createLoader(memoryDataset(9), options, createRandom(0));
    expect(loader.batchesPerEpoch).toBe(3);
    expect(() => loader.epoch(0, 4)).toThrow(
      'epoch: expected fromStep to be an integer in [0, 3], got 4',
    );
    expect(() => loader.epoch(-1)).toThrow(
      'epoch: expected epoch to be an integer of at least 0, got -1',
    );
    expect(() => loader.epoch(0.5)).toThrow('got 0.5');
  });

  it('include clips of different lengths without a resizing step', async () => {
    await expect(epochOf(6, { views: [[]], shuffle: false })).rejects.toThrow(
      /loader: expected every view of a batch to be \[3, \d+, 20, 1\], got \[3, \d+, 20, 1\] in view 0 of 'clip-1'/,
    );
  });

  it.each([NaN, Infinity, -Infinity])(
    'include a coordinate of %d, with its clip and position',
    async (value) => {
      const whole: Pipeline = [{ kind: 'centre-crop', size: 40, ratio: 1 }];
      for (const joint of [4, 5, 6, 7]) {
        const dataset = memoryDataset(6, { index: 3, joint, value });
        const loader = await createLoader(dataset, { ...options, views: [whole] }, createRandom(0));
        await expect(collect(loader.epoch(0))).rejects.toThrow(
          `loader: expected finite coordinates, got NaN or infinity in 'clip-3' at ` +
            `frame 7, joint ${joint}, person 0, channel 2`,
        );
      }
    },
  );

  it('include a step that makes a finite clip infinite', async () => {
    const module = new URL('./overflow-step.ts', import.meta.url).href;
    const views = [[...view, { kind: 'module', module } as const]];
    await expect(epochOf(6, { views, modules: [module] })).rejects.toThrow(
      /loader: expected finite coordinates in view 0 of 'clip-\d', got NaN or infinity; the clip itself is finite/,
    );
  });

  it('include a module that the options do not allow, without running it', async () => {
    const module = 'data:text/javascript,globalThis.halpLoaderRan = true';
    const views = [view, [...view, { kind: 'module', module } as const]];
    await expect(epochOf(6, { views, modules: ['file:///other.js'] })).rejects.toThrow(
      /view 1, for .*expected an allowed module, got data:text\/javascript,global/,
    );
    expect('halpLoaderRan' in globalThis).toBe(false);
  });
});
