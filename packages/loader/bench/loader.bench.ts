import { halpPretrainView } from '@halp/augment';
import type { Dataset } from '@halp/data';
import { createRandom } from '@halp/random';
import { createClip, kinectV2 } from '@halp/skeleton';
import { bench, describe } from 'vitest';
import { createLoader } from '../src/index.ts';

const length = 512;
const shape = [3, 90, 25, 2] as const;
const rng = createRandom(0);
const data = createClip(shape).data.map(() => rng.normal());

const dataset: Dataset = {
  name: 'in memory',
  layout: kinectV2,
  classes: ['a'],
  persons: 2,
  length,
  labels: new Int32Array(length),
  names: Array.from({ length }, (_, index) => `clip-${index}`),
  get: (index) =>
    Promise.resolve({ clip: createClip(shape, data), label: 0, name: `clip-${index}` }),
  close: () => Promise.resolve(),
};

describe('batches of 64 clips', async () => {
  const view = halpPretrainView();
  const options = { batchSize: 64, views: [view, view], shuffle: true, dropLast: true };
  const loader = await createLoader(dataset, options, createRandom(0));

  bench(
    'an epoch of 8 batches, two views [64, 3, 64, 25, 2]',
    async () => {
      for await (const batch of loader.epoch(0)) batch.views.at(0);
    },
    { time: 2000, warmupIterations: 20 },
  );
});
