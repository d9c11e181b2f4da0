import { centreView } from '@halp/augment';
import { anRng, anything, options, type PlainArgument, plainCalls } from '@halp/testing';
import * as loader from '../src/index.ts';
import * as node from '../src/node.ts';
import { memoryDataset } from './memory-dataset.ts';

const dataset = (): PlainArgument =>
  anything(memoryDataset(6), [
    ['left out', undefined],
    ['a path', 'data/ntu60'],
    ['another object', {}],
  ]);
function loaderOptions(more: object = {}): PlainArgument {
  const value = {
    batchSize: 2,
    views: [centreView({ size: 4 })],
    shuffle: true,
    dropLast: true,
    cacheBytes: 1000,
    ...more,
  };
  const { wrong, ...rest } = options(value);
  return {
    ...rest,
    wrong: [
      ...wrong,
      ['no views', { ...value, views: undefined }],
      ['one pipeline as views', { ...value, views: centreView({ size: 4 }) }],
    ],
  };
}

plainCalls('loader', loader, { createLoader: () => [dataset(), loaderOptions(), anRng()] });

plainCalls('loader/node', node, {
  createThreadedLoader: () => [dataset(), loaderOptions({ workers: 0, prefetch: 2 }), anRng()],
});
