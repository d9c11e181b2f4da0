import * as tf from '@tensorflow/tfjs-core';
import { linear } from '@halp/nn';
import { createRandom } from '@halp/random';
import { kinectV1 } from '@halp/skeleton';
import {
  aLayout,
  anObject,
  anRng,
  anything,
  aTensor,
  options,
  type PlainArgument,
  plainCalls,
} from '@halp/testing';
import * as conformance from '../src/conformance.ts';
import * as encoders from '../src/index.ts';

const layer = (value: unknown): PlainArgument =>
  anything(value, [
    ['left out', undefined],
    ['a number', 7],
    ['another object', {}],
  ]);
const encoder = (): encoders.Encoder =>
  encoders.biGru({ joints: 20, persons: 1, hidden: 2, layers: 1 }, createRandom(0));
const stream = (): PlainArgument =>
  anything('joint', [
    ['left out', undefined],
    ['another name', 'joints'],
  ]);
const clips = { persons: 1, channels: 3 };

plainCalls(
  'encoders',
  encoders,
  {
    agcn: () => [options({ layout: kinectV1, ...clips, width: 4, kernel: 3 }), anRng()],
    biGru: () => [options({ joints: 20, ...clips, hidden: 2, layers: 1 }), anRng()],
    ctrGcn: () => [options({ layout: kinectV1, ...clips, width: 8, kernel: 5 }), anRng()],
    convolutionHead: () => [options({ inputs: 2, outputs: 3 }), anRng()],
    graphConvolution: () => [options({ inputs: 2, outputs: 3, subsets: 1 }), anRng()],
    projectionHead: () => [options({ inputs: 2, hidden: 3, outputs: 2 }), anRng()],
    stGcn: () => [
      options({ layout: kinectV1, ...clips, width: 4, features: 8, kernel: 3 }),
      anRng(),
    ],
    layersEncoder: {
      refusalsOnly: 'takes a model of another package',
      args: () => [anObject({ layers: [], inputs: [], outputs: [], apply: () => undefined })],
    },
    onStream: () => [layer(encoder()), stream(), aLayout(kinectV1)],
    streamOfBatch: () => [aTensor(tf.zeros([1, 3, 2, 20, 1])), stream(), aLayout(kinectV1)],
    skeletonTransformer: () => [
      options({
        layout: kinectV1,
        ...clips,
        frames: 4,
        segment: 2,
        width: 4,
        depth: 1,
        heads: 2,
        expansion: 2,
      }),
      anRng(),
    ],
    transformerBlock: () => [options({ features: 4, heads: 2, hidden: 6 }), anRng()],
    withHead: () => [layer(encoder()), layer(linear({ inputs: 4, outputs: 2 }, createRandom(0)))],
  },
  { backend: 'cpu' },
);

plainCalls('encoders/conformance', conformance, {
  encoderConformance: { exempt: 'declares tests; its subject is checked by the tests it declares' },
  encoderViolations: { exempt: 'reports what is wrong with its subject' },
});
