import * as tf from '@tensorflow/tfjs-core';
import type { Layer } from '@halp/nn';
import { createRandom } from '@halp/random';
import {
  aFunction,
  anObject,
  anRng,
  aNumber,
  aTensor,
  aText,
  type NamedValue,
  optionalOptions,
  options,
  type PlainArgument,
  plainCalls,
} from '@halp/testing';
import * as contrastive from '../src/index.ts';

type Network = Layer<tf.Tensor5D, tf.Tensor2D>;
const network = (): Network =>
  contrastive.mlp({ inputs: 4, hidden: [], outputs: 4 }, createRandom(0)) as unknown as Network;
const rows = (n = 4, d = 3): PlainArgument => aTensor(tf.randomUniform([n, d], 0, 1, 'float32', 7));
/** Options with a network, which plain JavaScript may omit or replace by another value. */
function withNetworks(value: Readonly<Record<string, unknown>>, ...names: string[]): PlainArgument {
  const base = options(value);
  const wrong = names.flatMap((name): NamedValue[] => [
    [`no ${name}`, { ...value, [name]: undefined }],
    [`${name} as its parameters`, { ...value, [name]: network().params }],
  ]);
  return { ...base, wrong: [...base.wrong, ...wrong] };
}
const pair = (): Readonly<Record<string, unknown>> => ({ query: network(), key: network() });
const queue = { queueSize: 8, dimension: 4, temperature: 0.07, momentum: 0.999 };
const streams = (): Readonly<Record<string, unknown>> => ({ joint: pair(), motion: pair() });
const streamOptions = (more: object): PlainArgument => {
  const value = { streams: streams(), ...queue, ...more };
  const base = options(value);
  return {
    ...base,
    wrong: [
      ...base.wrong,
      ['no streams', { ...value, streams: undefined }],
      ['streams as names', { ...value, streams: ['joint', 'motion'] }],
    ],
  };
};
const embeddings = (): object => ({
  query: rows().value,
  key: rows().value,
  negatives: rows(8).value,
});

plainCalls(
  'contrastive',
  contrastive,
  {
    oneNetwork: () => [
      aText('oneNetwork'),
      withNetworks({ network: network() }, 'network'),
      aFunction(() => ({})),
    ],
    momentumPair: () => [
      aText('momentumPair'),
      withNetworks({ ...pair(), ...queue }, 'query', 'key'),
      anRng(),
    ],
    aimclr: () => [
      withNetworks(
        { ...pair(), ...queue, weight: 1, neighbours: 1, mineFromEpoch: 3 },
        'query',
        'key',
      ),
      anRng(),
    ],
    barlowTwinsLoss: () => [rows(), rows(), optionalOptions({ lambda: 0.005 })],
    barlowTwins: () => [withNetworks({ network: network(), lambda: 0.005 }, 'network')],
    byolLoss: () => [rows(), rows()],
    byol: () => [
      withNetworks({ ...pair(), predictor: network(), momentum: 0.9 }, 'query', 'key', 'predictor'),
    ],
    cosineMomentum: () => [aNumber(0.9), aNumber(10)],
    cmd: () => [
      streamOptions({ weight: 1, topK: 2, teacherTemperature: 0.05, studentTemperature: 0.1 }),
      anRng(),
    ],
    crossModalDistillation: () => [
      anObject({ joint: embeddings(), motion: embeddings() }),
      optionalOptions({ topK: 2, teacherTemperature: 0.05, studentTemperature: 0.1 }),
    ],
    neighbourDistillation: () => [rows(), rows(), optionalOptions({ topK: 2 })],
    crossViewLoss: () => [
      aTensor(tf.zeros([4])),
      rows(),
      rows(),
      optionalOptions({ temperature: 0.07, neighbours: 1 }),
    ],
    crossclr: () => [streamOptions({ neighbours: 1, crossFromEpoch: 3 }), anRng()],
    d3mLoss: () => [rows(), rows()],
    infoNCELoss: () => [rows(), rows(), rows(8), options({ temperature: 0.07 })],
    infoNCELogits: () => [rows(), rows(), rows(8), options({ temperature: 0.07 })],
    createKeyQueue: () => [options({ size: 8, dimension: 4 }), anRng()],
    l2Normalize: () => [rows()],
    mlp: () => [
      {
        ...options({ inputs: 4, hidden: [3], outputs: 2 }),
        wrong: [
          ...options({ inputs: 4, hidden: [3], outputs: 2 }).wrong,
          ['hidden as a number', { inputs: 4, hidden: 3, outputs: 2 }],
          ['hidden as text', { inputs: 4, hidden: ['3'], outputs: 2 }],
        ],
      },
      anRng(),
    ],
    moco: () => [withNetworks({ ...pair(), ...queue }, 'query', 'key'), anRng()],
    multiPositiveLoss: () => [rows(), aTensor(tf.ones([4, 3])), optionalOptions({})],
    nearestNeighbourLoss: () => [
      rows(),
      rows(),
      rows(8),
      rows(),
      options({ temperature: 0.07, neighbours: 1 }),
    ],
    ntXentLoss: () => [rows(), rows(), optionalOptions({ temperature: 0.1 })],
    simclr: () => [withNetworks({ network: network(), temperature: 0.1 }, 'network')],
    supConLoss: () => [
      rows(),
      rows(),
      aTensor(tf.tensor1d([0, 1, 0, 1], 'int32')),
      optionalOptions({ temperature: 0.1 }),
    ],
    supCon: () => [withNetworks({ network: network(), temperature: 0.1 }, 'network')],
    vicRegLoss: () => [
      rows(),
      rows(),
      optionalOptions({ invariance: 25, variance: 25, covariance: 1 }),
    ],
    vicReg: () => [withNetworks({ network: network(), invariance: 25 }, 'network')],
    viewPairs: () => [
      {
        ...anObject({ epoch: () => [] }),
        wrong: [
          ['left out', undefined],
          ['a number', 7],
          ['a loader without epoch', { batchesPerEpoch: 3 }],
        ],
      },
      optionalOptions({ labels: true }),
    ],
  },
  { backend: 'cpu' },
);
