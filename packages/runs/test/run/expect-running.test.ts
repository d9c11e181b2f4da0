import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { syntheticMoco } from '@halp/recipes';
import { classifierFromBytes, encoderFromBytes } from '@halp/runs';
import {
  classify,
  embed,
  evaluate,
  exportRun,
  fuse,
  importCheckpoint,
  loadClassifier,
  loadEncoder,
  pretrain,
  retrieve,
  runReport,
} from '@halp/runs/node';

const engine = tf.engine();
const { registryFactory } = engine;

// Other tests of this process have started backends.
beforeAll(() => {
  engine.registryFactory = {};
});
afterAll(() => {
  engine.registryFactory = registryFactory;
});

const run = { run: 'r', data: 'd', out: 'o' };
const recipe = syntheticMoco;

it.each<[string, () => Promise<unknown>]>([
  ['classify', () => classify({ run: 'r', files: ['a'] })],
  ['embed', () => embed({ ...run, format: 'npy' })],
  ['evaluate', () => evaluate({ run: 'r', data: 'd', protocols: [] })],
  ['exportRun', () => exportRun({ run: 'r', out: 'o', format: 'onnx' })],
  ['fuse', () => fuse({ runs: ['a', 'b'], data: 'd', protocol: 'knn' })],
  ['importCheckpoint', () => importCheckpoint({ file: 'f', recipe, out: 'o' })],
  ['loadClassifier', () => loadClassifier('r')],
  ['loadEncoder', () => loadEncoder('r')],
  ['pretrain', () => pretrain({ recipe, data: 'd', out: 'o' })],
  ['retrieve', () => retrieve({ run: 'r', data: 'd', file: 'f' })],
  ['runReport', () => runReport({ runs: [import.meta.dirname], data: 'd' })],
  ['encoderFromBytes', () => encoderFromBytes(Uint8Array.of(1))],
  ['classifierFromBytes', () => classifierFromBytes(Uint8Array.of(1))],
])('%s without a backend says how to start one', async (caller, call) => {
  await expect(call()).rejects.toThrow(
    `${caller}: expected a backend of TensorFlow.js, got none; call startBackend of @halp/backend first`,
  );
});

it('a report of saved results needs no backend', async () => {
  await expect(runReport({ runs: [import.meta.dirname] })).rejects.toThrow('at least one run');
});
