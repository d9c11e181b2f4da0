import { kinectV2 } from '@halp/skeleton';
import {
  aClip,
  aLayout,
  aList,
  anRng,
  aNumber,
  anything,
  numbers,
  optionalOptions,
  options,
  type PlainArgument,
  plainCalls,
} from '@halp/testing';
import * as augment from '../src/index.ts';

const clip = (): PlainArgument => aClip([3, 8, 25, 1]);
const row = [0.1, 0.2, 0.3];
const matrix = (): PlainArgument =>
  anything(
    [row, row, row],
    [
      ['left out', undefined],
      ['a number', 7],
      ['a flat list', [1, 0, 0, 0, 1, 0, 0, 0, 1]],
      ['numbers as text', [row, row, ['0', '0', '1']]],
    ],
  );

plainCalls('augment', augment, {
  axisMask: () => [clip(), options({ axis: 'x' }), anRng()],
  checkPipeline: () => [aList([]), optionalOptions({ joints: 25 })],
  compilePipeline: () => [aList([]), optionalOptions({})],
  modulesOfPipeline: () => [aList([])],
  randomStepOf: () => [aList([])],
  centreCrop: () => [clip(), options({ size: 4, ratio: 0.5, longest: 300 })],
  cropLength: () => [aNumber(10), aNumber(0.5), aNumber(2)],
  cropResize: () => [
    clip(),
    options({ size: 4, ratio: [0.5, 1], minimum: 2, longest: 300 }),
    anRng(),
  ],
  blurTime: () => [
    clip(),
    numbers(Float64Array.of(1, 0.5)),
    anything('raw', [
      ['left out', undefined],
      ['another name', 'sums'],
    ]),
  ],
  gaussianBlur: () => [clip(), options({ sigma: [0.1, 2], radius: 2 }), anRng()],
  gaussianKernel: () => [aNumber(1), aNumber(3)],
  gaussianNoise: () => [clip(), options({ deviation: 0.01 }), anRng()],
  jointCorruption: () => [clip(), options({ joints: 15 }), anRng()],
  transformJoints: () => [clip(), aList([0, 1]), matrix()],
  zeroJoints: () => [clip(), aList([0, 1])],
  applyMatrix: () => [clip(), matrix()],
  aimclrEvaluationView: () => [optionalOptions({ size: 50 })],
  aimclrExtremeView: () => [optionalOptions({ size: 50 })],
  aimclrNormalView: () => [optionalOptions({ size: 50 })],
  centreView: () => [optionalOptions({ size: 64 })],
  downstreamView: () => [optionalOptions({ size: 64, minimum: 64 })],
  halpPretrainView: () => [optionalOptions({ size: 64, minimum: 64, corrupted: 15 })],
  isViewName: { exempt: 'answers for every value' },
  viewNamed: () => [
    anything('halp', [
      ['left out', undefined],
      ['another name', 'HaLP'],
    ]),
    aLayout(kinectV2),
  ],
  sometimes: () => [aNumber(0.5), aList([])],
  parallelShoulders: () => [clip(), options({ layout: 'kinect-v2' })],
  resizeTime: () => [clip(), options({ start: 0, length: 4, size: 2 })],
  rotation: () => [clip(), options({ main: [0, 1], others: [0, 1] }), anRng()],
  rotationMatrix: () => [
    anything(row, [
      ['left out', undefined],
      ['a number', 7],
      ['numbers as text', ['0', '0', '1']],
    ]),
  ],
  shear: () => [clip(), options({ amplitude: 0.5 }), anRng()],
  spatialFlip: () => [clip(), options({ layout: 'kinect-v2', axis: 'x' })],
  shiftTime: () => [clip(), aNumber(1)],
  temporalCrop: () => [clip(), options({ paddingRatio: 6 }), anRng()],
  temporalFlip: () => [clip()],
});
