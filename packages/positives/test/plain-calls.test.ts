import * as tf from '@tensorflow/tfjs-core';
import { type AnchoredObjective, cmd, mlp, moco } from '@halp/contrastive';
import type { Layer } from '@halp/nn';
import { createRandom } from '@halp/random';
import { anRng, anything, aTensor, options, type PlainArgument, plainCalls } from '@halp/testing';
import * as positives from '../src/index.ts';

type Network = Layer<tf.Tensor5D, tf.Tensor2D>;
const network = (): Network =>
  mlp({ inputs: 4, hidden: [], outputs: 4 }, createRandom(0)) as unknown as Network;
const queue = { queueSize: 8, dimension: 4 };
const pair = (): { query: Network; key: Network } => ({ query: network(), key: network() });
const rows = (n = 4): PlainArgument =>
  aTensor(tf.tidy(() => tf.div(tf.ones([n, 3]), Math.sqrt(3))));
const base = (value: unknown): PlainArgument =>
  anything(value, [
    ['left out', undefined],
    ['a number', 7],
    ['another object', {}],
  ]);
const moco2 = (): AnchoredObjective<never> => moco({ ...pair(), ...queue }, createRandom(0));
const term = (): PlainArgument =>
  options({
    weight: 0.5,
    fromEpoch: 0,
    every: 5,
    prototypes: 2,
    newest: 4,
    temperature: 0.07,
    count: 4,
    lambda: 0.8,
  });
const points = (): PlainArgument =>
  anything({ data: Float32Array.of(1, 0, 0, 1), shape: [2, 2] }, [
    ['left out', undefined],
    [
      'nested arrays',
      [
        [1, 0],
        [0, 1],
      ],
    ],
    ['a plain array as data', { data: [1, 0, 0, 1], shape: [2, 2] }],
    ['a tensor', tf.zeros([2, 2])],
    ['no shape', { data: Float32Array.of(1, 0, 0, 1) }],
  ]);

plainCalls(
  'positives',
  positives,
  {
    drawPositives: () => [options({ anchors: 2, prototypes: 3, count: 4, lambda: 0.8 }), anRng()],
    halp: () => [base(moco2()), term(), anRng()],
    halpLoss: () => [
      rows(),
      rows(),
      rows(3),
      options({ temperature: 0.07, count: 4, lambda: 0.8 }),
      anRng(),
    ],
    halpTerm: () => [
      rows(),
      rows(),
      rows(3),
      options({ temperature: 0.07, count: 4, lambda: 0.8 }),
      anRng(),
    ],
    halpStreams: () => [
      base(cmd({ streams: { joint: pair(), motion: pair() }, ...queue }, createRandom(0))),
      term(),
      anRng(),
    ],
    hallucinate: () => [rows(), rows(3), options({ count: 4, lambda: 0.8 }), anRng()],
    prototypesOf: () => [
      rows(),
      options({ clusters: 2, maxIterations: 3, tolerance: 0.001 }),
      anRng(),
    ],
    sphericalKMeans: () => [
      points(),
      options({ clusters: 2, maxIterations: 3, tolerance: 0.001 }),
      anRng(),
    ],
  },
  { backend: 'cpu' },
);
