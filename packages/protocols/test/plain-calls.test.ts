import * as tf from '@tensorflow/tfjs-core';
import {
  aFunction,
  anObject,
  anRng,
  aNumber,
  anything,
  numbers,
  optionalOptions,
  options,
  type PlainArgument,
  plainCalls,
  someFeatures,
} from '@halp/testing';
import * as protocols from '../src/index.ts';

const features = {
  features: Float32Array.of(1, 0, 0, 1, 1, 0.1, 0.1, 1),
  labels: Int32Array.of(0, 1, 0, 1),
};
const some = (): PlainArgument => someFeatures(features);
const ids = (): PlainArgument => numbers(Int32Array.of(0, 1, 0, 1));
const rows = (): PlainArgument => numbers(features.features);
const training = { classes: 2, crops: 'fixed-centre', selectBy: 'last-epoch', learningRate: 1 };
const short = { epochs: 1, checkEvery: 1, batchSize: 2, validationFraction: 0.5 };
const encoder = {
  featureSize: 2,
  params: {},
  buffers: {},
  apply: (): tf.Tensor => tf.ones([1, 2]),
  dispose: () => undefined,
};
const batch = { shape: [1, 3, 1, 1, 1], views: [new Float32Array(3)], labels: Int32Array.of(0) };
const listOf = (good: readonly unknown[], bad: unknown): PlainArgument =>
  anything(good, [
    ['left out', undefined],
    ['a number', 7],
    ['entries of plain arrays', [bad]],
  ]);
const confusion = (): PlainArgument =>
  anything(
    [
      [1, 0],
      [0, 1],
    ],
    [
      ['left out', undefined],
      ['a number', 7],
      ['a flat list', [1, 0, 0, 1]],
    ],
  );
const batches = (): PlainArgument => aFunction(() => [batch]);

plainCalls(
  'protocols',
  protocols,
  {
    clustering: () => [some(), options({ clusters: 2, restarts: 1, maxIterations: 2 }), anRng()],
    adjustedRandIndex: () => [ids(), ids()],
    alignment: () => [rows(), rows(), aNumber(2)],
    clusterAgreement: () => [ids(), ids()],
    clusteringAccuracy: () => [ids(), ids()],
    coordinatesKnn: () => [batches(), batches(), options({ classes: 2, galleryValues: 100 })],
    createEvaluation: () => [
      options({
        protocol: 'knn',
        settings: {},
        selection: null,
        classes: ['a', 'b'],
        counts: { train: 4, validation: 0 },
        labels: features.labels,
        predictions: features.labels,
      }),
    ],
    extractFeatures: () => [
      anything(encoder, [
        ['left out', undefined],
        ['a number', 7],
        ['another object', {}],
      ]),
      anything(
        [batch],
        [
          ['left out', undefined],
          ['a number', 7],
          ['views as plain arrays', [{ ...batch, views: [[1, 2, 3]] }]],
          ['no labels', [{ ...batch, labels: undefined }]],
        ],
      ),
    ],
    fewShot: () => [some(), options({ ways: 2, shots: 1, queries: 1, episodes: 2 }), anRng()],
    fineTune: {
      exempt: 'trains; its arguments are checked by fine-tune.test.ts',
    },
    fuseFeatures: () => [
      listOf([{ features, weight: 1 }], { features: { features: [1], labels: [1] } }),
      options({ how: 'mean' }),
    ],
    fuseScores: () => [
      listOf([{ scores: features.features }], { scores: [1, 2] }),
      options({ classes: 2, of: 'scores' }),
    ],
    holdOut: () => [aNumber(10), options({ fraction: 0.5 }), anRng()],
    accuracyInterval: () => [aNumber(1), aNumber(2), optionalOptions({ confidence: 0.9 })],
    bootstrapInterval: () => [
      anything(
        [0, 1],
        [
          ['left out', undefined],
          ['a number', 7],
          ['texts', ['0', '1']],
        ],
      ),
      options({ confidence: 0.9, resamples: 5 }),
      anRng(),
    ],
    kMeans: () => [
      rows(),
      options({ size: 2, clusters: 2, restarts: 1, maxIterations: 2 }),
      anRng(),
    ],
    knn: () => [some(), some(), options({ k: 1, classes: 2, blockValues: 100 })],
    labelledSubset: () => [ids(), options({ fraction: 0.5, balanced: true, classes: 2 }), anRng()],
    linearProbe: () => [some(), some(), options({ ...training, ...short }), anRng()],
    confusionMatrix: () => [ids(), ids(), aNumber(2)],
    perClassAccuracy: () => [confusion()],
    predictionsOf: () => [rows(), aNumber(2)],
    top1: () => [confusion()],
    topHits: () => [rows(), ids(), options({ classes: 2, k: 1 })],
    nearest: () => [some(), rows(), options({ k: 1, blockValues: 100 })],
    nearestByDistance: () => [some(), rows(), options({ k: 1, blockValues: 100 })],
    purity: () => [ids(), ids()],
    normalizedMutualInformation: () => [ids(), ids()],
    rankMe: () => [rows(), aNumber(2)],
    singularValues: () => [rows(), aNumber(2)],
    uniformity: () => [rows(), aNumber(2)],
    retrieval: () => [some(), some(), options({ resamples: 3, blockValues: 100 }), anRng()],
    semiSupervised: {
      exempt: 'trains; its arguments are checked by semi-supervised.test.ts',
    },
    streamsProbe: () => [
      anObject({ joint: features }),
      anObject({ joint: features }),
      options({ ...training, ...short }),
      anRng(),
    ],
  },
  { backend: 'cpu' },
);
