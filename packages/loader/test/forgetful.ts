import { centreView } from '@halp/augment';
import { openDataset } from '@halp/data/node';
import { createRandom } from '@halp/random';
import { createThreadedLoader } from '../src/node.ts';

/** Reads one batch of the data set in a folder and does not close the loader. */
const dataset = await openDataset(process.argv[2] as string, { part: 'train' });
const options = { batchSize: 4, views: [centreView({ size: 8 })], shuffle: true, dropLast: true };
const loader = await createThreadedLoader(dataset, { ...options, workers: 2 }, createRandom(0));
const { value } = await loader.epoch(0).next();
console.log(`one batch of ${value?.shape[0]}`);
