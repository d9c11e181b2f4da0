import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '@halp/backend';
import { planSynthetic, prepare, readRawClips, writeSynthetic } from '@halp/data/node';
import { formatPyTorch, parseNpy } from '@halp/files';
import { mergeParams, prefixed, stateArrays } from '@halp/nn';
import { createRandom } from '@halp/random';
import { buildEncoders, buildTraining, type Recipe, recipeNamed } from '@halp/recipes';
import { classifierFromBytes, encoderFromBytes } from '@halp/runs';
import {
  classify,
  embed,
  evaluate,
  exportRun,
  importCheckpoint,
  loadClassifier,
  loadEncoder,
  pretrain,
} from '@halp/runs/node';
import { openRun } from '@halp/train/node';
import { modelOf } from '../../src/model/model.ts';
import { loadEncoders, loadTraining } from '../../src/run/load-run.ts';
import { keptFolder } from '../helpers.ts';
import { tinyHalp, tinyMoco } from '../tiny.ts';

const folder = keptFolder();
const at = (...names: string[]): string => join(folder(), ...names);
const clipFile = (): string => at('raw', 'S001C001P001R001A003.skeleton');
const size = { performers: 2, replications: 1 };

/** A recipe of three streams, and one for each other family of encoders. */
const threeStreams: Recipe = { ...recipeNamed('synthetic-cmd'), ...tinyData() };
const recipes: readonly (readonly [string, Recipe])[] = [
  ['bigru', tinyHalp],
  ['bone', { ...tinyMoco, stream: 'bone' }],
  [
    'stgcn',
    { ...tinyMoco, encoder: { kind: 'stgcn', width: 4, features: 8, partition: 'spatial' } },
  ],
  ['three streams', threeStreams],
];

function tinyData(): Pick<Recipe, 'data' | 'encoder' | 'head' | 'batchSize' | 'evaluation'> {
  const { data, encoder, head, batchSize, evaluation } = tinyMoco;
  return { data, encoder, head, batchSize, evaluation };
}

beforeAll(async () => {
  await startBackend({ prefer: 'wasm' });
  await writeSynthetic({ ...size, out: at('raw') });
  await prepare(planSynthetic(size), { out: at('data') });
  await pretrain({ recipe: tinyMoco, data: at('data'), out: at('run'), epochs: 1 });
  await evaluate({ run: at('run'), data: at('data'), protocols: [{ protocol: 'linear' }] });
});

describe('the encoders of a run', () => {
  it.each(recipes)('of %s have the same initial values as in a training', (_, recipe) => {
    const small = shrunk(recipe);
    const training = buildTraining(small, createRandom(3));
    const before = tf.memory().numTensors;
    const only = buildEncoders(small, createRandom(3));
    expect(only.encoders.map(({ stream }) => stream)).toEqual(
      training.encoders.map(({ stream }) => stream),
    );
    const { params, state } = training.objective;
    const whole = mergeParams(prefixed('params', params), prefixed('state', state));
    for (const [name, variable] of Object.entries(only.variables)) {
      expect([name, [...variable.dataSync()]]).toEqual([
        name,
        [...(whole[name]?.dataSync() ?? [])],
      ]);
    }
    only.dispose();
    expect(tf.memory().numTensors).toBe(before);
    training.dispose();
  });

  it('load bit for bit the same without the other networks, with fewer tensors, and leave none behind', async () => {
    const run = await openRun(at('run'));
    const before = tf.memory().numTensors;
    const whole = await loadTraining(run, []);
    const tensors = tf.memory().numTensors - before;
    const [expected] = whole.training.encoders;
    const values = Object.entries(expected!.encoder.params).map(([name, variable]) => [
      name,
      [...variable.dataSync()],
    ]);
    whole.training.dispose();
    const only = await loadEncoders(run, []);
    expect(tf.memory().numTensors - before).toBeLessThan(tensors / 2);
    expect(only.position).toEqual(whole.position);
    expect(
      Object.entries(only.encoders[0]!.encoder.params).map(([name, variable]) => [
        name,
        [...variable.dataSync()],
      ]),
    ).toEqual(values);
    only.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('a model', () => {
  it('of a run classifies a file as the command does, and disposes all its tensors', async () => {
    const before = tf.memory().numTensors;
    const [expected] = await classify({ files: [clipFile()], run: at('run'), top: 3 });
    const model = await loadClassifier(at('run'));
    expect(await model.classify(clipFile(), { top: 3 })).toEqual(expected?.top);
    const { clips } = await readRawClips(clipFile());
    expect(await model.classify(clips[0]!, { top: 3 })).toEqual(expected?.top);
    expect(await model.classify(clips[0]!.recording!, { top: 3 })).toEqual(expected?.top);
    expect(model.classes).toHaveLength(await model.classify(clipFile()).then((all) => all.length));
    expect(model.epoch).toBe(1);
    model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('throws after its disposal, and a second disposal does nothing', async () => {
    const model = await loadClassifier(at('run'));
    model.dispose();
    model.dispose();
    const message = 'model: expected a model in use, got a disposed one; load it again';
    await expect(model.classify(clipFile())).rejects.toThrow(message);
    await expect(model.embed([clipFile()])).rejects.toThrow(message);
  });

  it('refuses options that would have no effect', async () => {
    const recipe = tinyMoco;
    await expect(loadEncoder(at('run'), { recipe })).rejects.toThrow(
      `loadEncoder: expected recipe for a file only, got it for the run ${at('run')}; leave it out`,
    );
    await expect(loadClassifier(at('run'), { classes: ['a'] })).rejects.toThrow(
      'loadClassifier: expected classes for a file only, got it for the run',
    );
    await expect(loadEncoder(at('encoder.pt'), { epoch: 1 })).rejects.toThrow(
      'loadEncoder: expected epoch for a run only, got it for the file',
    );
  });

  it('refuses clips that are neither raw clips nor recordings, and a clip for a list', async () => {
    const model = await loadClassifier(at('run'));
    const message = 'model: expected a raw clip or a recording, got ';
    for (const other of [{}, { clip: 1 }, { clip: { data: [], shape: [] } }, { frames: 1 }]) {
      await expect(model.classify(other as never)).rejects.toThrow(`${message}another object`);
    }
    await expect(model.classify(3 as never)).rejects.toThrow(`${message}3`);
    await expect(model.embed(clipFile() as never)).rejects.toThrow(
      'embed: expected clips in a list, got ',
    );
    await expect(model.embed(undefined as never)).rejects.toThrow('got undefined');
    model.dispose();
  });

  it('of a run gives raw test clips the features that embed writes for the prepared ones', async () => {
    await embed({ run: at('run'), data: at('data'), format: 'npy', out: at('f.npy') });
    const { data, shape } = parseNpy(await readFile(at('f.npy')), 'f.npy');
    const { names } = JSON.parse(await readFile(at('f.json'), 'utf8')) as { names: string[] };
    const model = await loadEncoder(at('run'));
    const found = await model.embed(names.map((name) => at('raw', `${name}.skeleton`)));
    expect(found.shape).toEqual(shape);
    const largest = Math.max(
      ...found.data.map((value, i) => Math.abs(value - ((data as Float32Array)[i] as number))),
    );
    // Matrix products of another batch size may sum in another order.
    expect(largest).toBeLessThan(1e-6);
    expect(await model.embed([])).toEqual({ data: new Float32Array(), shape: [0, 8] });
    model.dispose();
  });

  it('from the bytes of an exported encoder is equal, with its classifier', async () => {
    const out = at('encoder.safetensors');
    await exportRun({ run: at('run'), format: 'safetensors', out });
    const file = at('run', 'classifiers', 'epoch-0001-linear.safetensors');
    const { clips } = await readRawClips(clipFile());
    const own = await loadClassifier(at('run'));
    const expected = await own.classify(clips[0]!);
    own.dispose();
    for (const model of [
      await classifierFromBytes(await readFile(out), { classifier: await readFile(file) }),
      await loadClassifier(out, { classifier: file }),
    ]) {
      expect(await model.classify(clips[0]!)).toEqual(expected);
      model.dispose();
    }
    await expect(loadClassifier(out)).rejects.toThrow(
      'encoder.safetensors: expected a classifier in place of the head, got none',
    );
  });

  it('from a PyTorch file with the recipe is equal to the imported run', async () => {
    const built = buildEncoders(tinyMoco, createRandom(9));
    const { encoders, variables } = built;
    const D = encoders[0]!.encoder.featureSize;
    const { params, buffers } = encoders[0]!.encoder;
    const state = await stateArrays(mergeParams(params, buffers));
    expect(Object.keys(variables)).toHaveLength(Object.keys(state).length);
    built.dispose();
    const weight = Float32Array.from({ length: 3 * D }, (_, i) => Math.sin(i));
    const fc = {
      'fc.weight': { dtype: 'float32' as const, shape: [3, D], data: weight },
      'fc.bias': { dtype: 'float32' as const, shape: [3], data: Float32Array.of(0, 1, 2) },
    };
    await writeFile(at('own.pt'), formatPyTorch({ ...state, ...fc }));
    const classes = ['sit', 'stand', 'walk'];
    const lines: string[] = [];
    const model = await loadClassifier(at('own.pt'), {
      ...{ recipe: tinyMoco, classes },
      onEvent: ({ text }) => void lines.push(text),
    });
    await importCheckpoint({ file: at('own.pt'), recipe: tinyMoco, out: at('imported') });
    const imported = await loadEncoder(at('imported'));
    expect(await model.embed([clipFile()])).toEqual(await imported.embed([clipFile()]));
    const found = await model.classify(clipFile());
    expect(found.map(({ name }) => name).sort()).toEqual(classes);
    model.dispose();
    imported.dispose();
    const wrong = loadClassifier(at('own.pt'), { recipe: tinyMoco, classes: ['one'] });
    await expect(wrong).rejects.toThrow('loadClassifier: expected 3 class names, got 1');
    await expect(loadEncoder(at('own.pt'))).rejects.toThrow(
      /own\.pt: expected an encoder that was exported as safetensors, got a/,
    );
  });

  it('of three streams returns the mean of their features, and cannot classify', async () => {
    const recipe = shrunk(threeStreams);
    await pretrain({ recipe, data: at('data'), out: at('three'), epochs: 1 });
    await embed({ run: at('three'), data: at('data'), format: 'npy', out: at('3.npy') });
    const { data } = parseNpy(await readFile(at('3.npy')), '3.npy');
    const { names } = JSON.parse(await readFile(at('3.json'), 'utf8')) as { names: string[] };
    const model = await loadEncoder(at('three'));
    const found = await model.embed(names.map((name) => at('raw', `${name}.skeleton`)));
    const largest = Math.max(
      ...found.data.map((value, i) => Math.abs(value - ((data as Float32Array)[i] as number))),
    );
    expect(largest).toBeLessThan(1e-6);
    model.dispose();
    await expect(loadClassifier(at('three'))).rejects.toThrow('expected a run of one stream');
  });

  it('leaves no tensor behind if its encoder or its view fails', async () => {
    const { clips } = await readRawClips(clipFile());
    const before = tf.memory().numTensors;
    const { encoders, dispose: disposeAll } = buildEncodersOf(tinyMoco);
    const [first] = encoders;
    const failing = {
      ...first!,
      encoder: {
        ...first!.encoder,
        apply: () => {
          throw new Error('no features');
        },
        dispose: disposeAll,
      },
    };
    const parts = { encoders: [failing], recipe: tinyMoco, trained: undefined, epoch: 0 };
    const model = await modelOf(parts);
    const held = tf.memory().numTensors;
    await expect(model.embed([clips[0]!])).rejects.toThrow('no features');
    expect(tf.memory().numTensors).toBe(held);
    const view = [{ kind: 'module', module: 'data:text/javascript,' }] as const;
    const evaluation = { ...tinyMoco.evaluation, view: view as never };
    await expect(modelOf({ ...parts, recipe: { ...tinyMoco, evaluation } })).rejects.toThrow();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('rejects features that are not finite', async () => {
    const { clips } = await readRawClips(clipFile());
    const { encoders, dispose } = buildEncodersOf(tinyMoco);
    const apply = (x: tf.Tensor5D): tf.Tensor2D =>
      tf.fill<tf.Rank.R2>([x.shape[0], encoders[0]!.encoder.featureSize], NaN);
    const broken = [{ ...encoders[0]!, encoder: { ...encoders[0]!.encoder, apply } }];
    const model = await modelOf({
      encoders: broken,
      recipe: tinyMoco,
      trained: undefined,
      epoch: 0,
    });
    const before = tf.memory().numTensors;
    await expect(model.embed([clips[0]!])).rejects.toThrow(
      'embed: expected finite features, got NaN for clip 0; check the weights',
    );
    expect(tf.memory().numTensors).toBe(before);
    dispose();
  });

  it('rejects bytes that are not an encoder, a file of several clips, and an invalid clip', async () => {
    await expect(encoderFromBytes(new Uint8Array(20), { name: 'x.bin' })).rejects.toThrow(/x\.bin/);
    const model = await loadEncoder(at('run'));
    const before = tf.memory().numTensors;
    await expect(model.embed([7 as never])).rejects.toThrow(/expected a raw clip or a recording/);
    await expect(model.embed(['nowhere.skeleton'])).rejects.toThrow(/nowhere\.skeleton/);
    expect(tf.memory().numTensors).toBe(before);
    model.dispose();
  });
});

/** Encoders with random weights, and a function that disposes them. */
function buildEncodersOf(recipe: Recipe) {
  const built = buildEncoders(recipe, createRandom(0));
  return { encoders: built.encoders, dispose: () => built.dispose() };
}

/** The smallest version of the recipe, on the synthetic set. */
function shrunk(recipe: Recipe): Recipe {
  const { objective } = recipe;
  return 'queueSize' in objective
    ? { ...recipe, objective: { ...objective, queueSize: 32, ...others(objective) } }
    : recipe;
}

function others(objective: object): object {
  if ('topK' in objective) return { topK: 8 };
  return 'newest' in objective ? { newest: 32, prototypes: 4, count: 5, fromEpoch: 50 } : {};
}
