import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '@halp/backend';
import { syntheticMoco } from '@halp/recipes';
import {
  classify,
  completeRun,
  embed,
  evaluate,
  fuse,
  loadClassifier,
  loadEncoder,
  pretrain,
  retrieve,
  runReport,
  runStatuses,
} from '../../src/node.ts';

const training = { recipe: syntheticMoco, data: 'd', out: 'o' };
const evaluation = { run: 'r', data: 'd', protocols: [] };

/** Options of a caller in plain JavaScript. */
const plain = (options: object): never => options as never;

beforeAll(() => startBackend({ prefer: 'cpu' }));

describe('options from plain JavaScript', () => {
  it('are refused under an unknown name, with the most similar one', async () => {
    await expect(pretrain(plain({ ...training, epoch: 5 }))).rejects.toThrow(
      "got 'epoch'; did you mean 'epochs'?",
    );
    await expect(embed(plain({ ...evaluation, format: 'npy', out: 'o' }))).rejects.toThrow(
      "got 'protocols'",
    );
    await expect(loadClassifier('r', plain({ epoch: 20 }))).rejects.toThrow(
      "loadClassifier: expected an option among allowModules, ownRecipe, onEvent, channels, recipe, classifier, classes, got 'epoch'",
    );
  });

  it('are refused if nobody would await what they return', async () => {
    const onEvent = async (): Promise<void> => Promise.reject(new Error('full disk'));
    await expect(pretrain(plain({ ...training, onEvent }))).rejects.toThrow(
      'pretrain: expected onEvent to be a function that returns nothing, got an async function; ' +
        'it is not awaited: start asynchronous work in it, and handle its errors there',
    );
  });

  it('may be undefined under any name, so that one object serves several calls', async () => {
    const shared = { ...training, resume: true, protocols: undefined };
    await expect(pretrain(shared)).rejects.toThrow(
      'o/manifest.json: expected the manifest of a run',
    );
  });

  it.each([
    ['an empty path', { out: '' }, "pretrain: expected out to be a path, got ''"],
    ['a flag as text', { resume: 'yes' }, "expected resume to be true or false, got 'yes'"],
    ['a number for a list', { keep: 3 }, 'pretrain: expected keep to be a list, got 3'],
    [
      'a text in a list',
      { keep: [1, '2'] },
      "expected keep[1] to be an integer of at least 0, got '2'",
    ],
    ['a path as a branch', { branch: 'runs/a' }, 'expected branch to be an object { run, epoch }'],
    ['a branch without epoch', { branch: { run: 'a' } }, 'expected epoch to be an integer'],
    ['a signal', { signal: {} }, 'pretrain: expected signal to be an AbortSignal, got an object'],
  ])('are refused with another type: %s', async (_, wrong, message) => {
    await expect(pretrain(plain({ ...training, ...wrong }))).rejects.toThrow(message);
  });

  it('are refused with a value that is no choice, instead of using another one', async () => {
    const pair = { runs: ['a', 'b'], data: 'd' };
    await expect(fuse(plain({ ...pair, protocol: 'fine-tune' }))).rejects.toThrow(
      "fuse: expected protocol among knn, linear, got 'fine-tune'",
    );
    await expect(fuse(plain({ ...pair, protocol: 'knn', level: 'sum' }))).rejects.toThrow(
      "fuse: expected level among scores, features, got 'sum'",
    );
    await expect(classify(plain({ run: 'r', files: [], channels: 'xyzw' }))).rejects.toThrow(
      "classify: expected channels among xyz, xy-score, got 'xyzw'",
    );
  });

  it('are refused if a required number is missing', async () => {
    await expect(completeRun(plain({ ...training, seed: 0, keep: [] }))).rejects.toThrow(
      'completeRun: expected epochs to be an integer of at least 0, got undefined',
    );
  });

  it('are refused with a run that is neither a path nor an object', async () => {
    const fused = { data: 'd', protocol: 'knn' };
    await expect(fuse(plain({ ...fused, runs: [null, 'b'] }))).rejects.toThrow(
      'fuse: expected each run to be a path or an object, got null',
    );
    await expect(fuse(plain({ ...fused, runs: [{ path: 'a' }, 'b'] }))).rejects.toThrow(
      "fuse: expected an option among run, epoch, evaluation, ownRecipe, got 'path'",
    );
    await expect(runReport(plain({ runs: [3] }))).rejects.toThrow(
      'runReport: expected runs[0] to be a path, got 3',
    );
  });

  it('are refused before the run is read', async () => {
    await expect(evaluate(plain({ ...evaluation, coordinates: 'yes' }))).rejects.toThrow(
      "evaluate: expected coordinates to be true or false, got 'yes'",
    );
    await expect(loadEncoder('r', plain({ epoch: '20' }))).rejects.toThrow(
      "loadEncoder: expected epoch to be an integer of at least 0, got '20'",
    );
  });
});

it('a drawing of retrieved clips is an SVG file, and folders of runs are paths', async () => {
  await expect(retrieve({ run: 'r', data: 'd', file: 'f', draw: 'x.png' })).rejects.toThrow(
    'retrieve: expected option draw = FILE.svg, got x.png',
  );
  await expect(runStatuses([3 as never])).rejects.toThrow(
    'runStatuses: expected each folder to be a path, got 3',
  );
});

it('a report of no runs says so', async () => {
  await expect(runReport({ runs: [] })).rejects.toThrow(
    'runReport: expected at least one run, got none',
  );
});
