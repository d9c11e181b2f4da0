import { aClip, aLayout, anything, options, plainCalls } from '@halp/testing';
import * as skeleton from '../src/index.ts';

const { kinectV1, kinectV2 } = skeleton;
const unknown = (): ReturnType<typeof anything> =>
  anything('joint', [
    ['left out', undefined],
    ['another name', 'joints'],
  ]);

plainCalls('skeleton', skeleton, {
  adjacency: () => [
    aLayout(kinectV2),
    anything('spatial', [
      ['left out', undefined],
      ['another name', 'spacial'],
    ]),
  ],
  clipOfFrames: () => [
    anything(
      [[[0, 0, 0]]],
      [
        ['left out', undefined],
        ['a number', 7],
        ['a clip', { data: new Float32Array(3), shape: [3, 1, 1, 1] }],
      ],
    ),
  ],
  createClip: () => [
    anything(
      [3, 2, 20, 1],
      [
        ['left out', undefined],
        ['a number', 3],
        ['no person axis', [3, 2, 20]],
        ['a size as text', [3, '2', 20, 1]],
      ],
    ),
    anything(new Float32Array(120), [
      ['a plain array', new Array<number>(120).fill(0)],
      ['doubles', new Float64Array(120)],
    ]),
  ],
  firstNonFinite: () => [aClip([3, 2, 20, 1])],
  convertLayout: () => [
    aClip([3, 2, 20, 1]),
    options({ from: kinectV1, to: kinectV2, missing: 'zero' }),
  ],
  headJoints: () => [aLayout(kinectV1)],
  jointMapping: () => [aLayout(kinectV1), aLayout(kinectV2)],
  createLayout: () => [
    anything(
      {
        name: 'arm',
        joints: ['left shoulder', 'right shoulder'],
        bones: [['left shoulder', 'right shoulder']],
        spine: [0, 1],
      },
      [
        ['left out', undefined],
        ['a name', 'kinect-v2'],
        ['a list', []],
      ],
    ),
  ],
  sameLayout: () => [aLayout(kinectV1), aLayout(kinectV2)],
  sameReferences: () => [aLayout(kinectV1), aLayout(kinectV2)],
  storedLayout: () => [aLayout(kinectV2)],
  isLayoutName: { exempt: 'answers for every value' },
  layoutOf: () => [aLayout(kinectV2)],
  streamOfClip: () => [aClip([3, 2, 20, 1]), unknown(), aLayout(kinectV1)],
});
