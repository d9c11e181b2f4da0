import { syntheticMoco } from '@halp/recipes';
import {
  aList,
  anObject,
  anything,
  aText,
  bytes,
  type NamedValue,
  optionalOptions,
  options as fields,
  type PlainArgument,
  plainCalls,
} from '@halp/testing';
import * as browser from '../src/index.ts';
import * as runs from '../src/node.ts';

/** Options, invalid values for each option that expects a string or a list, a misspelt option, and a signal that is none. */
function call(
  value: Readonly<Record<string, unknown>>,
  wrong: Readonly<Record<string, unknown>> = {},
): PlainArgument {
  const whole = fields(value);
  const more = Object.entries(wrong).flatMap(([key, other]): NamedValue[] => [
    [`${key} ${String(other)}`, { ...value, [key]: other }],
    [`no ${key}`, { ...value, [key]: undefined }],
  ]);
  return { ...whole, wrong: [...whole.wrong, ...more, ...wrongForAll(value)] };
}

const wrongForAll = (value: Readonly<Record<string, unknown>>): NamedValue[] => [
  ['a misspelt option', { ...value, onEvnet: () => undefined }],
  ['an option as the signal', { ...value, signal: {} }],
  ['events that are no function', { ...value, onEvent: 'log' }],
];

const needsRun = 'needs a run';
const run = { run: 'runs/none' };
const table = { name: 't', title: 'T', rows: [], columns: [], seeds: [0] };

plainCalls('runs', runs, {
  classify: {
    refusalsOnly: needsRun,
    args: () => [call({ ...run, files: ['a'], top: 5 }, { run: 7, files: 'a.csv' })],
  },
  completeRun: {
    refusalsOnly: 'trains',
    args: () => [
      call(
        { recipe: syntheticMoco, seed: 0, epochs: 1, data: 'd', out: 'o', keep: [], knnEvery: 1 },
        { data: 7, out: 7, keep: 1, seed: '0', epochs: -1 },
      ),
    ],
  },
  completeSweepRun: {
    refusalsOnly: 'trains',
    args: () => [anObject({ runs: [], evaluate: [] }), aText('a'), optionalOptions({})],
  },
  drawClip: {
    refusalsOnly: 'takes what inspect has found',
    args: () => [anObject({}), fields({ file: 'a.svg', seed: 1 })],
  },
  figureOf: { exempt: 'takes what evaluate has measured' },
  readSweep: { refusalsOnly: 'needs a plan', args: () => [aText('plan.json')] },
  runSweep: {
    refusalsOnly: 'starts processes',
    args: () => [
      anObject({ runs: [], name: 'a' }),
      call({ processes: 1, command: () => ['halp'] }, { command: 'halp' }),
    ],
  },
  embed: {
    refusalsOnly: needsRun,
    args: () => [
      call(
        { ...run, data: 'd', format: 'npy', out: 'o' },
        { run: 7, data: 7, out: 7, format: 'x' },
      ),
    ],
  },
  estimate: {
    refusalsOnly: 'measures the machine',
    args: () => [anObject(table), optionalOptions({ steps: 3 })],
  },
  estimateText: { refusalsOnly: 'takes what estimate has found', args: () => [anObject({})] },
  ensureEvaluations: {
    refusalsOnly: needsRun,
    args: () => [
      call(
        { ...run, data: 'd', epoch: 1, protocols: [] },
        { run: 7, data: 7, protocols: 'knn', epoch: '1' },
      ),
    ],
  },
  eventText: {
    refusalsOnly: 'an event has many forms',
    args: () => [
      anything({ kind: 'note', text: 'a' }, [
        ['left out', undefined],
        ['a number', 7],
        ['another kind', { kind: 'ntoe' }],
      ]),
    ],
  },
  evaluate: {
    refusalsOnly: needsRun,
    args: () => [
      call({ ...run, data: 'd', epoch: 1, protocols: [] }, { run: 7, data: 7, protocols: 'knn' }),
    ],
  },
  exportRun: {
    refusalsOnly: needsRun,
    args: () => [
      call({ ...run, format: 'onnx', out: 'o', epoch: 1 }, { run: 7, out: 7, format: 'x' }),
    ],
  },
  fuse: {
    refusalsOnly: needsRun,
    args: () => [
      call(
        { runs: ['a', 'b'], data: 'd', protocol: 'knn' },
        { runs: 'a', data: 7, protocol: 'fine-tune' },
      ),
    ],
  },
  importCheckpoint: {
    refusalsOnly: 'needs a checkpoint',
    args: () => [
      call({ file: 'f', recipe: syntheticMoco, out: 'o', epoch: 1, seed: 0 }, { file: 7, out: 7 }),
    ],
  },
  loadClassifier: { refusalsOnly: needsRun, args: () => [aText('runs/none'), optionalOptions({})] },
  loadEncoder: { refusalsOnly: needsRun, args: () => [aText('runs/none'), optionalOptions({})] },
  loadRecipe: () => [aText('nw-ucla-halp')],
  loadTable: { refusalsOnly: 'needs a folder of tables', args: () => [aText('nw-ucla')] },
  pretrain: {
    refusalsOnly: 'trains',
    args: () => [
      call(
        {
          ...{ recipe: syntheticMoco, data: 'd', out: 'o', epochs: 1, seed: 0, saveEvery: 1 },
          ...{
            keepRecent: 1,
            saveEverySteps: 1,
            knnEvery: 1,
            probeEvery: 1,
            gradientEvery: 1,
            workers: 0,
          },
        },
        { data: 7, out: 7 },
      ),
    ],
  },
  reproduce: {
    refusalsOnly: 'trains',
    args: () => [anObject(table), call({ data: 'd', out: 'o' }, { data: 7, out: 7 })],
  },
  inspect: {
    refusalsOnly: 'reads files',
    args: () => [call({ path: 'a', clip: 'b', part: 'test' }, { path: 7 })],
  },
  inspectionLines: { refusalsOnly: 'takes what inspect has found', args: () => [anObject({})] },
  retrieve: {
    refusalsOnly: needsRun,
    args: () => [call({ ...run, file: 'f', data: 'd', count: 5 }, { run: 7, file: 7, data: 7 })],
  },
  runReport: {
    refusalsOnly: needsRun,
    args: () => [call({ runs: ['a'] }, { runs: 'a' })],
  },
  runStatuses: { refusalsOnly: needsRun, args: () => [aList(['a'])] },
  tableOf: {
    refusalsOnly: 'takes what reproduce has measured',
    args: () => [anObject(table), anObject({})],
  },
  tableText: {
    refusalsOnly: 'takes what reproduce has measured',
    args: () => [anObject(table), anObject({})],
  },
  writeTableReport: {
    refusalsOnly: 'takes what reproduce has measured',
    args: () => [anObject(table), anObject({}), aText('o')],
  },
});

plainCalls('runs, in a browser', browser, {
  classifierFromBytes: {
    refusalsOnly: 'needs an encoder',
    args: () => [bytes(Uint8Array.of(1)), optionalOptions({})],
  },
  encoderFromBytes: {
    refusalsOnly: 'needs an encoder',
    args: () => [bytes(Uint8Array.of(1)), optionalOptions({})],
  },
});
