import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { type Clip, firstNonFinite } from '@halp/skeleton';
import { fixturePath, type FuzzCounts, type FuzzedReader, fuzzReader } from '@halp/testing';
import { allFinite } from '../../src/clip/finite.ts';
import {
  parseClipCsv,
  parseClipJson,
  parseKinetics,
  parseKineticsLabels,
  parseLabelPickle,
  parseNtuSkeleton,
  parseNwUcla,
  parseOwnClips,
  parsePkuLabels,
  parsePkuSplit,
  parsePkuVideo,
  parsePyskl,
  parseUtdMhad,
  pkuClasses,
  pysklClip,
  selectBodies,
} from '../../src/index.ts';
import { matOf, nwUclaContents } from '../helpers.ts';
import { pickled } from './pickled.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const jsonOf = (value: unknown): Uint8Array => bytesOf(JSON.stringify(value));

/** `count` numbers in a line. */
const line = (count: number, t: number, between: string): string =>
  Array.from({ length: count }, (_, i) => Math.sin(i + t).toFixed(3)).join(between);

/** A clip has as many numbers as its shape says, all finite. */
function requireWhole(clip: Clip): void {
  const expected = clip.shape.reduce((product, size) => product * size);
  if (clip.data.length !== expected || firstNonFinite(clip) !== undefined)
    throw new Error(`${clip.data.length} numbers of ${expected}, or one that is not finite`);
}

function require(isGood: boolean, what: string): void {
  if (!isGood) throw new Error(what);
}

/** What happened to so many damaged files of a reader, and the least share that it must refuse. */
interface Damaged {
  readonly counts: (cases?: number) => Promise<FuzzCounts>;
  readonly refused: number;
}
const damaged = <Result>(reader: FuzzedReader<Result>, refused = 0): Damaged => ({
  counts: (cases) => fuzzReader({ ...reader, ...(cases === undefined ? {} : { cases }) }),
  refused,
});

/** Two frames of one body, one frame of two, and one of none: small, so that damage hits all of it. */
function smallRecording(end: string): Uint8Array {
  const joint = (v: number): string => `${0.1 * v} -0.25 3.5e0 1 2 3 4 5 6 7 8 2`;
  const body = [
    '72057594037931101 0 1 1 1 1 0 0.02 0.05 2',
    '25',
    ...Array.from({ length: 25 }, (_, v) => joint(v)),
  ];
  return bytesOf(['4', '1', ...body, '1', ...body, '2', ...body, ...body, '0', ''].join(end));
}

const anna = [
  [1, 2, 3],
  [4, 5, 6],
];
const ben = [
  [-1, -2, -3],
  [-4, -5, -6],
];

const ownClips = {
  name: 'my-gestures',
  layout: 'kinect-v2',
  fps: 30,
  clips: [
    { file: 'anna/wave-1.csv', label: 'wave', split: 'train', subject: 1 },
    { file: 'anna/point-1.csv', label: 'point', split: 'train', subject: 1 },
    { file: 'ben/wave-1.json', label: 'wave', split: 'test', subject: 2, camera: 3 },
  ],
};

/** A person of Kinetics whose joints all have this score, and stand at (x, y). */
const kineticsPerson = (score: number, x: number, y: number): unknown => ({
  pose: Array.from({ length: 36 }, (_, i) => (i % 2 === 0 ? x : y)),
  score: Array<number>(18).fill(score),
});

/** Every reader of `@halp/data`. */
const readers: Readonly<Record<string, () => Damaged>> = {
  'NTU RGB+D': () =>
    damaged(
      {
        seeds: [
          smallRecording('\n'),
          smallRecording('\r\n'),
          readFileSync(fixturePath('raw/S001C001P001R001A001.skeleton')).subarray(0, 20_000),
        ],
        read: (bytes, path) => parseNtuSkeleton(bytes, path),
        check: (recording) => {
          for (const { joints } of recording.frames.flat())
            require(joints.length === 75, `${joints.length} numbers of a body`);
          const { data, shape } = selectBodies(recording, 2);
          require(allFinite(data), 'not finite');
          require(shape[1] === recording.frames.length, 'frames are lost');
        },
      },
      1 / 2,
    ),
  'NW-UCLA': () =>
    damaged(
      {
        seeds: [jsonOf(nwUclaContents('a01_s01_e00_v01', 1, 2))],
        read: (bytes, path) => parseNwUcla(bytes, path),
        check: ({ clip, label }) => {
          require(clip.data.length === 3 * clip.shape[1] * 20 && allFinite(clip.data), 'not whole');
          require(label >= 0 && label <= 9, `label ${label}`);
        },
      },
      1 / 2,
    ),
  'labels of PKU-MMD': () => {
    const text = '23,157,250,2\n51,301,380,1\n7.0,400.0,512.0,1.0\n';
    return damaged({
      seeds: [bytesOf(text), bytesOf(text.replaceAll('\n', '\r\n'))],
      read: parsePkuLabels,
      check: (read) => {
        require(read.length > 0, 'no label');
        for (const { action, start, end, confidence } of read) {
          require(pkuClasses[action - 1] !== undefined, `action ${action}`);
          const whole = [start, end].every(Number.isSafeInteger) && Number.isFinite(confidence);
          require(whole, `${start} to ${end}, ${confidence}`);
        }
      },
    });
  },
  'splits of PKU-MMD': () =>
    damaged({
      seeds: [
        bytesOf('Training videos: \n0002-L, 0002-M, 0002-R\nValidataion videos: \n0003-L, 0003-M'),
      ],
      read: parsePkuSplit,
      check: ({ train, validation }) => {
        require(train.length > 0, 'no video');
        for (const name of [...train, ...validation])
          require(/^[A-Za-z0-9]+-[LMR]$/.test(name), name);
      },
    }),
  'videos of PKU-MMD': () => {
    const lines = [0, 1, 2].map((t) => line(150, t, ' '));
    return damaged({
      seeds: [bytesOf(lines.join('\n')), bytesOf(lines.join('\r\n'))],
      read: parsePkuVideo,
      check: requireWhole,
    });
  },
  'UTD-MHAD': () => {
    const numbers = Array.from({ length: 180 }, (_, i) => Math.sin(i));
    return damaged({
      seeds: [matOf('d_skel', [20, 3, 3], numbers)],
      read: parseUtdMhad,
      check: requireWhole,
    });
  },
  'clips of Kinetics': () => {
    const people = [kineticsPerson(0.5, 0.25, 0.75), kineticsPerson(0.25, 0.5, 0.5)];
    const data = [[people[0]], [people[1]], []].map((skeleton, i) => ({
      frame_index: i,
      skeleton,
    }));
    return damaged({
      seeds: [jsonOf({ data, label: 'clapping', label_index: 57 })],
      read: parseKinetics,
      check: ({ clip, label }) => {
        requireWhole(clip);
        require(clip.shape[1] <= 300 && label >= 0, `${clip.shape[1]} frames of class ${label}`);
      },
    });
  },
  'labels of Kinetics': () =>
    damaged({
      seeds: [
        jsonOf({
          '---QUuC4vJs': { has_skeleton: true, label: 'testifying', label_index: 354 },
          '--3ouPhoy2A': { has_skeleton: false, label: 'eating spaghetti', label_index: 116 },
        }),
      ],
      read: parseKineticsLabels,
      check: (labels) => {
        require(labels.size > 0, 'no label');
        for (const { label } of labels.values()) require(label < 400, `class ${label}`);
      },
    }),
  PYSKL: () =>
    damaged(
      {
        seeds: (['pyskl2d4', 'pyskl3d2', 'pyskl3d5'] as const).map(pickled),
        read: parsePyskl,
        check: (pyskl) => {
          for (const annotation of pyskl.annotations) {
            const { data, shape } = pysklClip(annotation, 'x');
            require(shape[1] === annotation.frames && data.every(Number.isFinite), 'clip');
          }
        },
      },
      1 / 4,
    ),
  'labels of arrays': () =>
    damaged(
      {
        seeds: (['labelsTuple', 'labelsList', 'labelsArray'] as const).map(pickled),
        read: parseLabelPickle,
        check: ({ names, labels }) => {
          require(names.length === labels.length, `${names.length} and ${labels.length}`);
          require(labels.every((label) => Number.isSafeInteger(label) && label >= 0), 'labels');
        },
      },
      1 / 4,
    ),
  'own clips as CSV': () => {
    const lines = [0, 1, 2, 3].map((t) => line(12, t, ','));
    const header = Array.from({ length: 12 }, (_, i) => `c${i}`).join(',');
    return damaged({
      seeds: [bytesOf(lines.join('\n')), bytesOf([header, ...lines].join('\r\n'))],
      read: (bytes, path) => parseClipCsv(bytes, path, { joints: 2, persons: 2 }),
      check: requireWhole,
    });
  },
  'own clips as JSON': () =>
    damaged({
      seeds: [jsonOf([anna, ben, anna]), jsonOf([[anna, ben], [], [anna]])],
      read: (bytes, path) => parseClipJson(bytes, path, { joints: 2, persons: 2 }),
      check: requireWhole,
    }),
  'lists of own clips': () =>
    damaged({
      seeds: [jsonOf(ownClips), jsonOf({ ...ownClips, classes: ['wave', 'point'], persons: 2 })],
      read: parseOwnClips,
      check: ({ classes, clips, fps, persons }) => {
        require(fps > 0 && persons > 0, `${fps} frames a second of ${persons} persons`);
        for (const { label } of clips) require(classes[label] !== undefined, `class ${label}`);
      },
    }),
};

/** Declares a test for every reader, with so many damaged files. */
export function damagedFilesTests(cases?: number): void {
  it.each(Object.entries(readers))('%s: each is read whole or refused', async (_, make) => {
    const { counts: of, refused } = make();
    const counts = await of(cases);
    expect(counts.read + counts.refused).toBe(counts.cases);
    expect(counts.read).toBeGreaterThan(0);
    expect(counts.refused).toBeGreaterThan(counts.cases * refused);
  });
}
