import * as tf from '@tensorflow/tfjs-core';
import { createRandom } from '@halp/random';
import {
  aFunction,
  anObject,
  anRng,
  aNumber,
  anything,
  aText,
  bytes,
  options,
  type PlainArgument,
  plainCalls,
} from '@halp/testing';
import * as train from '../src/index.ts';
import * as node from '../src/node.ts';
import { constants, quadratic } from './fit/quadratic.ts';
import { manifest } from './run/manifests.ts';
import { tiny } from './tiny.ts';

const anObjective = (value: unknown): PlainArgument =>
  anything(value, [
    ['left out', undefined],
    ['a number', 7],
    ['another object', {}],
  ]);
const context = { epoch: 0, iteration: 0, step: 0, samples: 0 };
const schedule = { kind: 'constant', rate: 0.1 } as const;
const saved = new Uint8Array(8);

plainCalls(
  'train',
  train,
  {
    collapseOf: { exempt: 'reads a log that fit has made' },
    collapseText: { exempt: 'words for what collapseOf has found' },
    lossWithoutHalp: { exempt: 'reads a report that fit has made' },
    checkpointInfo: {
      refusalsOnly: 'needs the file of a checkpoint',
      args: () => [bytes(saved), anything('a.safetensors')],
    },
    loadCheckpointInto: {
      refusalsOnly: 'needs the file of a checkpoint',
      args: () => [bytes(saved), anything('a.safetensors'), anObjective(tiny(0))],
    },
    loadCheckpointPartInto: {
      refusalsOnly: 'needs the file of a checkpoint',
      args: () => [bytes(saved), anything('a.safetensors'), anObject({})],
    },
    saveCheckpoint: () => [
      anObjective({ ...tiny(0), rng: createRandom(0) }),
      anObject(train.START),
      anything({}, [
        ['a number', 7],
        ['null', null],
      ]),
    ],
    fit: () => {
      const one = quadratic(1);
      return [
        anObjective(one.objective),
        aFunction(constants(0, 2)),
        options({ epochs: 1, optimizer: one.optimizer, schedule, readEvery: 1, saveEvery: 1 }),
        anRng(),
      ];
    },
    parseManifest: () => [aText(JSON.stringify(manifest)), anything('manifest.json')],
    recipeDifferences: { exempt: 'compares any two values' },
    gradientStep: () => {
      const one = quadratic(1);
      return [
        anObjective(one.objective),
        anything(tf.scalar(0)),
        anObjective(one.optimizer),
        aNumber(0.1),
        anything(context),
        anRng(),
      ];
    },
    partGradients: () => [
      anObjective(quadratic(1).objective),
      anything(tf.scalar(0)),
      anything(context),
      anRng(),
    ],
    lossAndGradients: () => [
      anObjective(quadratic(1).objective),
      anything(tf.scalar(0)),
      anything(context),
      anRng(),
    ],
  },
  { backend: 'cpu' },
);

const writes = 'reads or writes a folder';
plainCalls('train/node', node, {
  createRun: { refusalsOnly: writes, args: () => [aText('runs/none'), anObject(manifest)] },
  openRun: { refusalsOnly: writes, args: () => [aText('runs/none')] },
  readRunStart: { refusalsOnly: writes, args: () => [aText('runs/none')] },
  writeRunStart: { refusalsOnly: writes, args: () => [aText('runs/none')] },
  openEventFile: {
    refusalsOnly: writes,
    args: () => [anObjective({ path: 'runs/none', manifest, log: [] }), anObject(train.START)],
  },
});
