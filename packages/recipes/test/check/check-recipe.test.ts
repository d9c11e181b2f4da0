import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '@halp/random';
import {
  buildTraining,
  checkRecipe,
  type Recipe,
  recipeNamed,
  recipes,
  reduced,
  smoke,
  syntheticMoco,
} from '@halp/recipes';
import { createLayout } from '@halp/skeleton';
import { onEachBackend } from '@halp/testing';
import { sbu15 } from '../../../skeleton/test/sbu-15.ts';
import {
  at,
  brokenFieldsTest,
  messageOf,
  type Plain,
  remove,
  set,
  withChange,
} from './broken-fields.ts';

const mine: Recipe = { ...recipeNamed('nw-ucla-halp'), name: 'mine' };
const cmd: Recipe = { ...recipeNamed('ntu60-xsub-halp-cmd'), name: 'mine' };

describe('checkRecipe', () => {
  it.each(recipes.map((recipe) => [recipe.name, recipe] as const))('passes %s', (_, recipe) => {
    expect(checkRecipe(recipe)).toBe(recipe);
  });

  it('accepts a whole layout, and refuses one with a fault, by joint name, or with other joints in a step', () => {
    const layout = createLayout(sbu15);
    const ofLayout = (given: unknown): unknown => ({
      ...syntheticMoco,
      data: { ...syntheticMoco.data, layout: given },
    });
    expect(checkRecipe(ofLayout(layout))).toMatchObject({ data: { layout } });
    expect(checkRecipe(JSON.parse(JSON.stringify(ofLayout(layout))))).toMatchObject({
      data: { layout },
    });
    const lines = (given: unknown): string => {
      try {
        checkRecipe(ofLayout(given));
        return 'accepted';
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(lines(sbu15)).toBe(
      'recipe synthetic-moco: data.layout: expected a whole layout, got one with joints by name or without defaults; ' +
        'pass it through createLayout of @halp/skeleton',
    );
    expect(lines({ ...layout, bones: layout.bones.slice(1) })).toContain(
      "data.layout: bones: expected one joint without a parent, got 2: 'head', 'neck'",
    );
    expect(lines(['head'])).toContain('data.layout: expected one of kinect-v1');
    const flip = [{ kind: 'spatial-flip', layout: 'kinect-v2', axis: 'x' }];
    const wrong = {
      ...(ofLayout(layout) as typeof syntheticMoco),
      views: { query: flip, key: flip },
    };
    expect(() => checkRecipe(wrong)).toThrow('spatialFlip: expected 25 joints (kinect-v2), got 15');
  });

  it('accepts every recipe of `reduced`, for any reduction', () => {
    const reduction = fc
      .record({
        epochs: fc.integer({ min: 1, max: 500 }),
        width: fc.integer({ min: 1, max: 200 }),
        queueSize: fc.integer({ min: 2, max: 3000 }),
        batchSize: fc.integer({ min: 1, max: 200 }),
        classifierEpochs: fc.integer({ min: 1, max: 100 }),
      })
      .filter(({ queueSize, batchSize }) => batchSize <= queueSize);
    fc.assert(
      fc.property(fc.constantFrom(...recipes), reduction, (recipe, by) => {
        expect(messageOf(reduced(recipe, by))).toBe('nothing');
      }),
      { seed: 1, numRuns: 300, examples: recipes.map((recipe) => [recipe, smoke]) },
    );
  });

  it.each([
    ['objective.queueSize', '64', "expected a positive integer, got '64'"],
    ['objective.queueSize', undefined, 'expected a positive integer, got nothing'],
    ['objective.queueSize', 1.5, 'expected a positive integer, got 1.5'],
    ['objective.queueSize', NaN, 'expected a positive integer, got NaN'],
    ['objective.temperature', 0, 'expected a positive number, got 0'],
    ['objective.momentum', 1.01, 'expected a number in [0, 1], got 1.01'],
    ['objective.prototypes', 1, 'expected an integer of at least 2, got 1'],
    ['objective.fromEpoch', -1, 'expected an integer of at least 0, got -1'],
    ['objective.weight', Infinity, 'expected a finite number, got Infinity'],
    ['objective.lambda', 1.5, 'expected a number in [0, 1], got 1.5'],
    [
      'objective.lambda',
      'wide',
      "expected a number in [0, 1], a range [low, high], { hardness } or 'fixed-margin', got 'wide'",
    ],
    [
      'objective.lambda',
      [0.8, 0.2],
      'expected a range [low, high] with low <= high, got [0.8,0.2]',
    ],
    [
      'objective.anchors',
      'keys',
      "expected one of key, query, both, got 'keys'; did you mean 'key'?",
    ],
    [
      'objective.kind',
      'hlap',
      "expected one of moco, halp, cmd, halp-cmd, aimclr, crossclr, simclr, supcon, barlow-twins, vicreg, byol, module, got 'hlap'",
    ],
    [
      'encoder.kind',
      'bigrou',
      "expected one of bigru, stgcn, agcn, ctrgcn, transformer, module, got 'bigrou'; did you mean 'bigru'?",
    ],
    ['encoder', null, 'expected an object, got null'],
    ['encoder', 'bigru', "expected an object, got 'bigru'"],
    [
      'stream',
      'joints',
      "expected one of joint, bone, motion, 3s, got 'joints'; did you mean 'joint'?",
    ],
    ['data.layout', 'kinectv1', "got 'kinectv1'; did you mean 'kinect-v1'?"],
    ['data.persons', 0, 'expected a positive integer, got 0'],
    [
      'data.axes',
      'upright ',
      "expected one of upright, camera, got 'upright '; did you mean 'upright'?",
    ],
    [
      'optimizer.kind',
      'adan',
      "expected one of sgd, adam, adamW, lars, module, got 'adan'; did you mean",
    ],
    ['optimizer.decayOn', 'weight', "one of all, weights, got 'weight'; did you mean 'weights'?"],
    ['optimizer.clip', 0, 'expected a positive number, got 0'],
    ['objective.form', 'align', "expected one of aligned, contrastive, got 'align'; did you mean"],
    ['optimizer.momentum', 1, 'expected a number in [0, 1), got 1'],
    ['optimizer', undefined, 'expected an object, got nothing'],
    ['evaluation', undefined, 'expected an object, got nothing'],
    [
      'evaluation.linear.selectBy',
      'last',
      "expected one of last-epoch, best-test-epoch, validation, got 'last'",
    ],
    [
      'schedule.milestones',
      [20, 10],
      'expected epochs in ascending order, none twice, got [20,10]',
    ],
    ['schedule.factor', 10, 'expected a number in (0, 1], got 10'],
    ['views.query', {}, 'expected a list of augmentation steps, got {}'],
    ['views.query', [{ kind: 'sheer' }], "step 0 ('sheer'): expected a kind among"],
    ['views.key', [{ kind: 'shear', amplitud: 1 }], "step 0 ('shear'): expected no fields but"],
    [
      'evaluation.view',
      [{ kind: 'spatial-flip', layout: 'kinect-v2', axis: 'x' }],
      'expected 25 joints',
    ],
    ['name', '', "expected a text that is not empty, got ''"],
    ['epochs', 0, 'expected a positive integer, got 0'],
  ] as const)('refuses %s: %j', (path, value, message) => {
    const change = value === undefined ? remove : set(value);
    const prefix = path === 'name' ? 'recipe : name' : `recipe mine: ${path}`;
    const got = messageOf(withChange(mine, at(path), change));
    expect(got.startsWith(`${prefix}: `)).toBe(true);
    expect(got).toContain(message);
    expect(got.split('\n')).toHaveLength(1);
  });

  it.each([undefined, null, 7, 'nw-ucla-moco', []])('refuses %j in one line', (value) => {
    expect(messageOf(value)).toMatch(/^recipe: expected an object, got [^\n]*$/);
  });

  it('reports a misspelt field once, with the nearest known name', () => {
    const { queueSize, ...objective } = mine.objective as unknown as Plain;
    expect(messageOf({ ...mine, objective: { ...objective, queuSize: queueSize } })).toMatch(
      /^recipe mine: objective\.queuSize: expected a field among kind, queueSize, [^\n]*, got 'queuSize'; did you mean 'queueSize'\?$/,
    );
    expect(messageOf(withChange(mine, at('objective.lambda'), set({ hardnes: 0.5 })))).toBe(
      "recipe mine: objective.lambda.hardnes: expected a field among hardness, got 'hardnes'; did you mean 'hardness'?",
    );
  });

  it('has one line for each fault', () => {
    const wrong = { ...mine, epochs: '10', batchSize: 0, views: { ...mine.views, key: 7 } };
    expect(messageOf(wrong).split('\n').sort()).toEqual([
      'recipe mine: batchSize: expected a positive integer, got 0',
      "recipe mine: epochs: expected a positive integer, got '10'",
      'recipe mine: views.key: expected a list of augmentation steps, got 7',
    ]);
  });

  it.each([
    [
      mine,
      { batchSize: 1024 },
      'objective.queueSize: expected a queue of at least one batch, 1024 keys, got 512',
    ],
    [
      mine,
      { stream: '3s' },
      "stream: expected one stream, joint, bone or motion, for halp, got '3s'",
    ],
    [cmd, { stream: 'bone' }, "stream: expected the streams '3s' for halp-cmd, got 'bone'"],
    [
      mine,
      { views: { ...mine.views, extreme: mine.views.key } },
      'views.extreme: expected an extreme view for aimclr only, got halp with one',
    ],
    [
      mine,
      { objective: { ...mine.objective, newest: 513 } },
      'objective.newest: expected at most 512, the keys of the queue, got 513',
    ],
    [
      mine,
      { objective: { ...mine.objective, prototypes: 257 } },
      'objective.prototypes: expected at most 256, the keys they are computed from, got 257',
    ],
    [
      cmd,
      { objective: { ...cmd.objective, topK: 16385 } },
      'objective.topK: expected at most 16384, the keys of the queue, got 16385',
    ],
    [
      mine,
      { schedule: { kind: 'cosine', rate: 0.1, epochs: 10, warmUp: 10, final: 0.2 } },
      'schedule.epochs: expected more epochs than the warm-up of 10, got 10',
    ],
    [
      mine,
      {
        evaluation: {
          ...mine.evaluation,
          linear: { ...mine.evaluation.linear, crops: 'random-each-epoch' },
        },
      },
      "evaluation.trainView: expected a view with a new crop in every epoch for linear.crops 'random-each-epoch', got none",
    ],
    [
      mine,
      { evaluation: { ...mine.evaluation, view: mine.views.query } },
      "evaluation.view: expected steps without random numbers, got step 0 ('crop-resize'), which draws them",
    ],
  ] as const)('refuses parts that do not fit each other (%#)', (recipe, change, message) => {
    expect(messageOf({ ...recipe, ...change })).toContain(`recipe mine: ${message}`);
  });

  it.each([
    [
      { kind: 'adam', weightDecay: 0, momentum: 0.9 },
      'momentum: expected a field among kind, beta1,',
    ],
    [{ kind: 'adamW', weightDecay: 0, beta2: 1 }, 'beta2: expected a number in [0, 1), got 1'],
    [
      { kind: 'lars', momentum: 0.9 },
      'weightDecay: expected a finite number of at least 0, got nothing',
    ],
    [{ momentum: 0.9 }, 'weightDecay: expected a finite number of at least 0, got nothing'],
  ])('refuses the optimizer %j', (optimizer, message) => {
    expect(messageOf({ ...mine, optimizer })).toContain(`recipe mine: optimizer.${message}`);
  });

  it('allows unusual values', () => {
    const { evaluation } = mine;
    const unusual: Recipe = {
      ...mine,
      schedule: { kind: 'step', rate: 0.1, milestones: [4000], factor: 1 },
      optimizer: { kind: 'adamW', weightDecay: 0, decayOn: 'weights', clip: 1e-3 },
      objective: {
        ...mine.objective,
        fromEpoch: 4000,
        lambda: { hardness: 1 },
      } as Recipe['objective'],
      evaluation: { ...evaluation, linear: { ...evaluation.linear, milestones: [] } },
    };
    expect(messageOf(unusual)).toBe('nothing');
  });

  // One of each encoder and objective; the long tests cover all recipes.
  const kinds = new Map(
    recipes.map((each) => [`${each.encoder.kind} ${each.objective.kind}`, each]),
  );
  brokenFieldsTest([...kinds.values()], 500);
});

onEachBackend(() => {
  describe('buildTraining', () => {
    it.each([
      ['optimizer', { kind: 'adam' }],
      ['evaluation', undefined],
      ['stream', 'joints'],
      ['encoder', { kind: 'bigrou' }],
    ])('refuses a recipe whose %s is %j by name, and makes nothing', (field, value) => {
      const before = tf.memory().numTensors;
      const wrong = { ...recipeNamed('synthetic-moco'), [field]: value };
      expect(() => buildTraining(wrong, createRandom(0))).toThrow(
        new RegExp(`^recipe synthetic-moco: ${field}`),
      );
      expect(tf.memory().numTensors).toBe(before);
    });
  });
});
