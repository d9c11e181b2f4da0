import { createRandom } from '@halp/random';
import { kinectV1, kinectV2 } from '@halp/skeleton';
import {
  aClip,
  aLayout,
  aList,
  anObject,
  anRng,
  aNumber,
  anything,
  aText,
  bytes,
  fields,
  numbers,
  optionalOptions,
  options,
  type PlainArgument,
  plainCalls,
  type PlainCase,
  textBytes,
} from '@halp/testing';
import * as data from '../src/index.ts';
import * as node from '../src/node.ts';
import { pickled } from './formats/pickled.ts';
import { matOf, nwUclaContents } from './helpers.ts';

const path = (): PlainArgument => anything('file');
const clip = (): PlainArgument => aClip([3, 4, 25, 2]);
const name = { setup: 1, camera: 1, subject: 1, replication: 1, action: 1 };
const recording = (): data.Recording => data.syntheticRecording(name, createRandom(0));
const aRecording = (): PlainArgument =>
  anything(recording(), [
    ['left out', undefined],
    ['a number', 7],
    ['a clip', clip().value],
  ]);
const frames = [Array.from({ length: 20 }, (_, v) => [v, 1, 2])];
const csv = Array.from({ length: 60 }, (_, i) => i).join(',');
const video = Array.from({ length: 150 }, (_, i) => i / 10).join(' ');
const kinetics = {
  data: [
    {
      frame_index: 1,
      skeleton: [{ pose: new Array<number>(36).fill(0.5), score: new Array<number>(18).fill(1) }],
    },
  ],
  label: 'abseiling',
  label_index: 0,
};
const own = {
  name: 'own',
  layout: 'kinect-v1',
  fps: 30,
  classes: ['a', 'b'],
  clips: [
    { file: 'a.csv', label: 0, split: 'train' },
    { file: 'b.csv', label: 1, split: 'test' },
  ],
};
const json = (value: unknown): PlainArgument => textBytes(JSON.stringify(value));
const size = (): PlainArgument => options({ joints: 20, persons: 1 });
const dataset = {
  ...{ name: 'memory', layout: kinectV1, classes: ['a'], persons: 1, length: 1 },
  ...{ labels: Int32Array.of(0), names: ['clip'] },
  get: () => Promise.reject(new Error('not read')),
  close: () => Promise.resolve(),
};
const aDataset = (): PlainArgument =>
  anything(dataset, [
    ['left out', undefined],
    ['a path', 'data/ntu60'],
    ['another object', {}],
  ]);
const form = (): PlainArgument => options({ layout: 'kinect-v1', persons: 1, turned: false });

plainCalls('data', data, {
  motionEnergy: () => [aList([])],
  selectBodies: () => [aRecording(), aNumber(2), optionalOptions({ by: 'energy' })],
  clipStatistics: () => [clip(), optionalOptions({ jump: 0.5, places: 3 })],
  allFinite: () => [numbers(Float32Array.of(1))],
  fillEmptyFrames: () => [clip(), aNumber(6)],
  subsetOf: () => [aDataset(), aList([0])],
  convertedClip: () => [aClip([3, 4, 20, 1]), aLayout(kinectV1), form()],
  convertedDataset: () => [aDataset(), form()],
  chosenPersons: () => [anObject({ clip: clip().value, layout: 'kinect-v2' }), anything('energy')],
  looksLikeScores: { exempt: 'answers for a clip that a reader has made' },
  preparedClip: () => [
    clip(),
    aLayout(kinectV2),
    anObject({ normalisation: 'none', emptyFrames: 'kept' }),
    optionalOptions({ frames: 6 }),
  ],
  parsePreparation: { exempt: 'checks what a file holds and names the file' },
  preparationText: { exempt: 'words for what a data set records' },
  ownPreparation: { exempt: 'names how own clips are prepared' },
  withNormalisation: { exempt: 'changes what a data set records' },
  normaliseClip: () => [clip(), aLayout(kinectV2), optionalOptions({ fillTo: 6 })],
  centerClip: () => [clip(), aLayout(kinectV2)],
  minMaxClip: () => [clip(), aLayout(kinectV2)],
  yawClip: () => [clip(), aLayout(kinectV2)],
  parseNwUcla: () => [json(nwUclaContents('a08_s02_e01_v03', 7, 2)), path()],
  parseNwUclaName: () => [aText('a08_s02_e01_v03')],
  ntuBenchmarksOf: () => [
    anything('ntu60', [
      ['left out', undefined],
      ['another name', 'ntu61'],
    ]),
  ],
  formatNtuName: () => [fields(name)],
  parseNtuName: () => [aText('S001C001P001R001A001')],
  parseNtuNameList: () => [textBytes('S001C001P001R001A001')],
  formatNtuSkeleton: () => [aRecording()],
  parseNtuSkeleton: () => [textBytes(data.formatNtuSkeleton(recording())), path()],
  syntheticNames: () => [optionalOptions({ performers: 2, replications: 1 })],
  syntheticRecording: () => [fields(name), anRng()],
  parseUtdMhad: () => [
    bytes(
      matOf(
        'd_skel',
        [20, 3, 2],
        Array.from({ length: 120 }, (_, i) => i),
      ),
    ),
    path(),
  ],
  parseUtdMhadName: () => [aText('a27_s8_t4_skeleton')],
  parsePkuLabels: () => [textBytes('23,157,250,2\n'), path()],
  parsePkuSplit: () => [
    textBytes('Training videos:\n0001-L, \nValidataion videos:\n0002-L, \n'),
    path(),
  ],
  parsePkuVideo: () => [textBytes(`${video}\n`), path()],
  parseKineticsLabels: () => [
    json({ a: { has_skeleton: true, label: 'abseiling', label_index: 0 } }),
    path(),
  ],
  parseKinetics: () => [json(kinetics), path()],
  parseClipCsv: () => [textBytes(`${csv}\n`), path(), size()],
  parseClipJson: () => [json(frames), path(), size()],
  clipOfJson: () => [anything(frames), path(), size()],
  parseOwnClips: () => [json(own), path()],
  parseLabelPickle: () => [bytes(pickled('labelsTuple')), path()],
  parsePyskl: () => [bytes(pickled('pyskl3d2')), path()],
  pysklClip: () => [anything(data.parsePyskl(pickled('pyskl3d2'), 'file').annotations[0]), path()],
});

const folders = (value: Readonly<Record<string, unknown>>): PlainCase => ({
  refusalsOnly: 'a plan reads a folder of raw data',
  args: () => {
    const { wrong, ...rest } = options(value);
    return [
      {
        ...rest,
        wrong: [
          ...wrong,
          ['no folder', { ...value, raw: undefined }],
          ['a number as folder', { ...value, raw: 7 }],
        ],
      },
    ];
  },
});
const opens = 'opens a prepared folder';

plainCalls('data/node', node, {
  openArrays: {
    refusalsOnly: 'opens files',
    args: () => [options({ data: 'a.npz', part: 'train', layout: kinectV2 })],
  },
  openDataset: {
    refusalsOnly: opens,
    args: () => [aText('data/none'), options({ benchmark: 'xsub', part: 'train' })],
  },
  readManifest: { refusalsOnly: opens, args: () => [aText('data/none')] },
  reopenDataset: {
    refusalsOnly: opens,
    args: () => [fields({ kind: 'prepared', dir: 'data/none' }), optionalOptions({})],
  },
  planNtu: folders({ set: 'ntu60', raw: 'data/none' }),
  planNwUcla: folders({ raw: 'data/none' }),
  planSynthetic: () => [optionalOptions({ seed: 0, performers: 2, replications: 1 })],
  writeSynthetic: {
    refusalsOnly: 'writes files',
    args: () => [options({ out: '/dev/null/none', seed: 0, performers: 2 })],
  },
  prepare: {
    refusalsOnly: 'writes files',
    args: () => [
      anything('synthetic', [
        ['left out', undefined],
        ['another name', 'ntu61'],
        ['a number', 7],
      ]),
      options({ out: '/dev/null/none', workers: 0, saveEvery: 10 }),
    ],
  },
  planUtdMhad: folders({ raw: 'data/none' }),
  planPku: folders({ raw: 'data/none' }),
  planKinetics: folders({ raw: 'data/none' }),
  planOwnClips: folders({ raw: 'data/none' }),
  readLayout: { refusalsOnly: 'reads a file', args: () => [aText('sbu-15.json')] },
  readRawClips: {
    refusalsOnly: 'reads a file',
    args: () => [aText('a.skeleton'), optionalOptions({})],
  },
  writeDataset: {
    refusalsOnly: 'writes files',
    args: () => [
      anObject({ train: dataset, test: dataset }),
      options({ out: '/dev/null/none', name: 'own' }),
    ],
  },
  removeSplits: {
    refusalsOnly: opens,
    args: () => [aText('data/none'), aList(['mine']), optionalOptions({})],
  },
  addSplits: {
    refusalsOnly: opens,
    args: () => [
      aText('data/none'),
      anObject({ mine: { from: 'xsub', train: { subject: [1] }, test: { subject: [2] } } }),
      optionalOptions({}),
    ],
  },
  readSplits: { refusalsOnly: 'reads a file', args: () => [aText('folds.json')] },
  verifyDataset: {
    refusalsOnly: opens,
    args: () => [aText('data/none'), optionalOptions({})],
  },
  planPyskl: folders({ raw: 'data/none', persons: 1 }),
  planArrays: folders({ name: 'own', raw: 'data/none' }),
  dataSetNamed: () => [aText('ntu60')],
  writeFakeData: {
    refusalsOnly: 'writes files',
    args: () => [
      anything('ntu60', [
        ['left out', undefined],
        ['another name', 'ntu61'],
      ]),
      options({ out: '/dev/null/none', seed: 0 }),
    ],
  },
});
