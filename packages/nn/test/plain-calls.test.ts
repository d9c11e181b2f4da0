import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { startBackend } from '@halp/backend';
import { createRandom } from '@halp/random';
import {
  aFunction,
  anObject,
  anRng,
  aNumber,
  anything,
  aTensor,
  aText,
  bytes,
  fields,
  optionalOptions,
  options,
  type PlainArgument,
  plainCalls,
} from '@halp/testing';
import * as nn from '../src/index.ts';
import * as node from '../src/node.ts';

await startBackend({ prefer: 'cpu' });
const layer = (): nn.Layer<tf.Tensor2D, tf.Tensor2D> =>
  nn.linear({ inputs: 2, outputs: 2 }, createRandom(0));
const params = (): PlainArgument => ({
  ...anObject(layer().params),
  wrong: [
    ['left out', undefined],
    ['a number', 7],
    ['the layer', layer()],
    ['plain arrays', { weight: [[1, 2]], bias: [1] }],
  ],
});
const aLayer = (): PlainArgument => ({
  ...anObject(layer()),
  wrong: [
    ['left out', undefined],
    ['a number', 7],
    ['the parameters alone', layer().params],
  ],
});
const aPass = (): PlainArgument => ({
  ...anObject({ mode: 'eval' }),
  wrong: [
    ['left out', undefined],
    ['the mode alone', 'eval'],
    ['without its stream', { mode: 'train' }],
  ],
});
const metadata = (): PlainArgument =>
  anything({}, [
    ['a number', 7],
    ['null', null],
  ]);
const pair = { weight: { dtype: 'float32', shape: [1], data: Float32Array.of(1) } } as const;
const arrays = (): PlainArgument => anObject(pair);
const saved = await nn.saveParams(layer().params);
const file = join(tmpdir(), `halp-plain-calls-${process.pid}.safetensors`);

plainCalls(
  'nn',
  nn,
  {
    multiHeadAttention: () => [options({ features: 4, heads: 2 }), anRng()],
    batchNorm: () => [options({ features: 4, momentum: 0.1, epsilon: 1e-5 })],
    optimizerOf: () => [params(), anObject(tf.train.sgd(0.1))],
    childPass: () => [aPass(), aText('conv')],
    dropout: () => [options({ probability: 0.5 })],
    stochasticDepth: () => [options({ probability: 0.5 })],
    copyParams: () => [params(), params()],
    emaUpdate: () => [params(), params(), aNumber(0.9)],
    gumbelTopK: () => [aTensor(tf.zeros([2, 3])), aNumber(2), anRng()],
    takeTokens: () => [aTensor(tf.zeros([2, 3, 4])), aTensor(tf.zeros([2, 1], 'int32'))],
    placeTokens: () => [
      aTensor(tf.zeros([2, 1, 4])),
      aTensor(tf.zeros([2, 1], 'int32')),
      aNumber(3),
    ],
    gelu: () => [aTensor(tf.zeros([2, 2]))],
    gru: () => [options({ inputs: 2, hidden: 3, layers: 1, direction: 'forward' }), anRng()],
    gruShapes: () => [options({ inputs: 2, hidden: 3, layers: 1 })],
    fanInUniform: () => [aNumber(3)],
    uniform: () => [aNumber(0.1)],
    xavierUniform: () => [
      anything(
        [2, 3],
        [
          ['left out', undefined],
          ['a number', 7],
          ['texts', ['2', '3']],
        ],
      ),
      anRng(),
    ],
    layerNorm: () => [options({ features: 4, epsilon: 1e-5 })],
    linear: () => [options({ inputs: 2, outputs: 3 }), anRng()],
    countParams: () => [params()],
    disposeParams: () => [params()],
    mergeParams: () => [params()],
    ownedVariable: () => [aTensor(tf.zeros([2]))],
    expectPass: () => [anything('expectPass'), aPass()],
    saveLayer: () => [aLayer(), metadata()],
    loadLayerInto: () => [aLayer(), bytes(saved), anything('x.safetensors')],
    prefixed: () => [aText('a'), anObject({ b: 1 })],
    withoutPrefix: () => [aText('a'), anObject({ 'a.b': 1 })],
    fromAuthors: () => [arrays(), anything('x.pt'), optionalOptions({})],
    renameState: () => [anObject({ b: 1 }), aFunction((name: string) => name)],
    streamVariable: () => [aText('encoder_q.fc.weight'), aText('motion')],
    toAuthors: () => [arrays(), optionalOptions({})],
    loadStateInto: () => [
      params(),
      anObject({
        weight: { dtype: 'float32', shape: [2, 2], data: new Float32Array(4) },
        bias: { dtype: 'float32', shape: [2], data: new Float32Array(2) },
      }),
      anything('x.safetensors'),
      optionalOptions({}),
    ],
    stateArrays: () => [params()],
    loadParamsInto: () => [params(), bytes(saved), anything('x.safetensors')],
    saveParams: () => [params(), metadata()],
    pointwiseConvolution: () => [options({ inputs: 2, outputs: 3, stride: 1 }), anRng()],
    relu: () => [aTensor(tf.zeros([2, 2]))],
    learningRateAt: () => [options({ kind: 'constant', rate: 0.1 }), aNumber(3)],
    adam: () => [params(), optionalOptions({ beta1: 0.9, weightDecay: 1e-4 })],
    adamW: () => [params(), optionalOptions({ beta1: 0.9, weightDecay: 1e-4 })],
    clipGradients: () => [anObject(nn.sgd(layer().params)), aNumber(1)],
    lars: () => [params(), optionalOptions({ momentum: 0.9, trust: 0.001 })],
    sgd: () => [params(), optionalOptions({ momentum: 0.9, weightDecay: 1e-4 })],
    valueAndGradients: () => {
      const { weight } = nn.linear({ inputs: 2, outputs: 2 }, createRandom(0)).params;
      return [
        aFunction(() => tf.sum(weight as tf.Tensor)),
        anObject({ weight: weight as tf.Variable }),
      ];
    },
    withNestedGradient: () => [aFunction(() => tf.zeros([1]))],
    disposeFailedTape: () => [],
    withoutGradient: () => [aFunction(() => tf.zeros([1]))],
    tensorOf: () => [fields({ views: [new Float32Array(12)], shape: [1, 3, 2, 2, 1] }), aNumber(0)],
    tensorOfClip: () => [fields({ data: new Float32Array(12), shape: [3, 2, 2, 1] })],
    tensorOfClips: () => [
      anything(
        [{ data: new Float32Array(12), shape: [3, 2, 2, 1] }],
        [
          ['left out', undefined],
          ['a number', 7],
          ['numbers', [[1, 2]]],
        ],
      ),
    ],
    temporalConvolution: () => [
      options({ inputs: 2, outputs: 3, kernel: 3, stride: 1, dilation: 1, padding: 1 }),
      anRng(),
    ],
  },
  { backend: 'cpu' },
);

plainCalls(
  'nn/node',
  node,
  {
    saveParamsFile: () => [aText(file), params(), metadata()],
    saveLayerFile: () => [aText(file), aLayer(), metadata()],
    loadLayerFile: () => [aText(file), aLayer()],
    loadParamsFile: () => [aText(file), params()],
  },
  { backend: 'cpu' },
);
