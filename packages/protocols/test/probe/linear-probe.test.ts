import { describe, expect, it } from 'vitest';
import { createRandom } from '@halp/random';
import { expectClose, onEachBackend } from '@halp/testing';
import type { LinearProbeOptions } from '../../src/index.ts';
import { holdOut, linearProbe, predictionsOf } from '../../src/index.ts';
import { clusters, features } from '../arrays.ts';
import { authorsProbeTest } from './authors-probe.ts';

const easy = { classes: 4, size: 8, spread: 3 };
const rng = createRandom(5);
const train = clusters(90, easy, rng);
const test = clusters(37, easy, rng);
const options = {
  classes: 4,
  crops: 'fixed-centre',
  selectBy: 'last-epoch',
  learningRate: 0.05,
  epochs: 12,
} as const satisfies LinearProbeOptions;

describe('linearProbe', () => {
  onEachBackend(() => {
    authorsProbeTest();

    it('starts at chance level, learns separable classes, and reports its settings', async () => {
      const { evaluation, epochs, losses } = await linearProbe(
        train,
        test,
        options,
        createRandom(0),
      );
      expectClose([losses[0] ?? NaN], [Math.log(4)], { absolute: 0.05 });
      expect(evaluation.accuracy).toBeGreaterThan(0.9);
      expect(evaluation).toMatchObject({
        protocol: 'linear',
        selection: 'last-epoch',
        classes: ['0', '1', '2', '3'],
        counts: { train: 90, validation: 0, test: 37 },
        settings: {
          crops: 'fixed-centre',
          learningRate: 0.05,
          epochs: 12,
          milestones: [50, 70],
          batchSize: 64,
          momentum: 0.9,
          weightDecay: 0,
          selectedEpoch: 11,
        },
      });
      expect(JSON.parse(JSON.stringify(evaluation))).toEqual(evaluation);
      expect(epochs.filter(({ test }) => test !== undefined).map(({ epoch }) => epoch)).toEqual([
        4, 9, 11,
      ]);
    });

    it('gives equal results for equal seeds and different ones for different seeds', async () => {
      const run = async (seed: number) =>
        (await linearProbe(train, test, { ...options, epochs: 2 }, createRandom(seed))).losses;
      expect(await run(1)).toEqual(await run(1));
      expect(await run(1)).not.toEqual(await run(2));
    });

    it('divides the rate by 10 at each milestone', async () => {
      const { epochs } = await linearProbe(
        train,
        test,
        { ...options, epochs: 5, milestones: [2, 4] },
        createRandom(0),
      );
      const rates = epochs.map(({ learningRate }) => learningRate);
      expectClose(rates, [0.05, 0.05, 0.005, 0.005, 0.0005], { relative: 1e-12 });
    });

    it('requests new features in every epoch, and refuses other rows', async () => {
      const asked: number[] = [];
      const redrawn = { ...options, crops: 'random-each-epoch', epochs: 3 } as const;
      const draw = (epoch: number) => {
        asked.push(epoch);
        return Promise.resolve(train);
      };
      const fixed = await linearProbe(train, test, { ...options, epochs: 3 }, createRandom(0));
      const drawn = await linearProbe(draw, test, redrawn, createRandom(0));
      expect(asked).toEqual([0, 1, 2]);
      expect(drawn.losses).toEqual(fixed.losses);
      expect(drawn.evaluation.settings['crops']).toBe('random-each-epoch');
      const other = { ...train, labels: train.labels.map((label) => (label + 1) % 4) };
      const swapped = (epoch: number) => Promise.resolve(epoch === 2 ? other : train);
      await expect(linearProbe(swapped, test, redrawn, createRandom(0))).rejects.toThrow(
        'every epoch to have the same rows',
      );
    });

    it('refuses features that do not fit `crops`', async () => {
      const random = { ...options, crops: 'random-each-epoch' } as const;
      await expect(linearProbe(train, test, random, createRandom(0))).rejects.toThrow(
        "expected a function of the epoch for crops 'random-each-epoch', got one set of features",
      );
      const draw = () => Promise.resolve(train);
      await expect(linearProbe(draw, test, options, createRandom(0))).rejects.toThrow(
        "expected one set of features for crops 'fixed-centre', got a function",
      );
    });

    it('selects the epoch by the rule of `selectBy`', async () => {
      // A learning rate far too high makes accuracies jump, so that the rules select different epochs.
      const wild = { ...options, learningRate: 20, epochs: 20, milestones: [], checkEvery: 1 };
      const hard = { ...easy, spread: 1 };
      const stream = createRandom(18);
      const [noisyTrain, noisyTest] = [clusters(60, hard, stream), clusters(40, hard, stream)];
      const subjects = Int32Array.from({ length: 60 }, (_, i) => Math.floor(i / 6));
      const chosen = new Set<unknown>();
      for (const selectBy of ['last-epoch', 'best-test-epoch', 'validation'] as const) {
        const { evaluation, epochs } = await linearProbe(
          noisyTrain,
          noisyTest,
          { ...wild, selectBy, ...(selectBy === 'validation' ? { subjects } : {}) },
          createRandom(0),
        );
        const selected = evaluation.settings['selectedEpoch'] as number;
        const score = {
          'last-epoch': 'epoch',
          'best-test-epoch': 'test',
          validation: 'validation',
        }[selectBy] as 'epoch' | 'test' | 'validation';
        const scores = epochs.map((epoch) => epoch[score] ?? NaN);
        expect(selected).toBe(scores.indexOf(Math.max(...scores)));
        expect(evaluation.accuracy).toBe(epochs[selected]?.test);
        expect(evaluation.selection).toBe(selectBy);
        chosen.add(selected);
        if (selectBy === 'validation') {
          expect(evaluation.counts).toMatchObject({ train: 48, validation: 12 });
          expect(evaluation.settings).toMatchObject({ heldOut: 'subjects', checkEvery: 1 });
        }
      }
      expect(chosen.size).toBe(3);
    });

    it('returns the logits of its weights; the largest is the prediction', async () => {
      const { scores, predictions, weights } = await linearProbe(
        train,
        test,
        options,
        createRandom(0),
      );
      const expected = Array.from({ length: 37 * 4 }, (_, i) => {
        const [row, label] = [Math.floor(i / 4), i % 4];
        const x = test.features.subarray(row * 8, row * 8 + 8);
        const w = weights.weight.subarray(label * 8, label * 8 + 8);
        return x.reduce((sum, value, d) => sum + value * (w[d] ?? NaN), weights.bias[label] ?? NaN);
      });
      expectClose(scores, expected, { absolute: 1e-5 });
      expect(predictionsOf(scores, 4)).toEqual(predictions);
    });

    it('stops between epochs when its signal aborts', async () => {
      const controller = new AbortController();
      const seen: number[] = [];
      const onEpoch = ({ epoch }: { readonly epoch: number }) => {
        seen.push(epoch);
        if (epoch === 2) controller.abort(new Error('enough'));
      };
      const { signal } = controller;
      const run = linearProbe(train, test, { ...options, onEpoch, signal }, createRandom(0));
      await expect(run).rejects.toThrow('enough');
      expect(seen).toEqual([0, 1, 2]);
    });

    it('measures the held-out accuracy on the clips of the held-out subjects', async () => {
      const subjects = Int32Array.from({ length: 90 }, (_, i) => Math.floor(i / 9));
      const few = { ...options, learningRate: 0.002, epochs: 1, selectBy: 'validation' } as const;
      const { epochs, weights } = await linearProbe(
        train,
        test,
        { ...few, subjects },
        createRandom(4),
      );
      const fork = createRandom(4).fork('validation');
      const { validation } = holdOut(90, { fraction: 0.2, subjects }, fork);
      const right = validation.filter((row) => {
        const x = train.features.subarray(row * 8, row * 8 + 8);
        const logits = Array.from(weights.bias, (bias, label) =>
          x.reduce((sum, value, d) => sum + value * (weights.weight[label * 8 + d] ?? NaN), bias),
        );
        return logits.indexOf(Math.max(...logits)) === train.labels[row];
      });
      expect(epochs[0]?.validation).toBe(right.length / validation.length);
      expect(epochs[0]?.validation).not.toBe(epochs[0]?.test);
      expect(new Set(Array.from(validation, (row) => subjects[row])).size).toBe(2);
    });

    it('refuses options and features that do not fit', async () => {
      const run = (changed: Partial<LinearProbeOptions>, data = train) =>
        linearProbe(data, test, { ...options, ...changed }, createRandom(0));
      await expect(run({ classes: 3 })).rejects.toThrow('test labels to be in 0..2, got 3');
      await expect(run({ epochs: 0 })).rejects.toThrow(
        'linearProbe: expected a positive integer epochs, got 0',
      );
      await expect(run({ learningRate: NaN })).rejects.toThrow('learningRate to be positive');
      await expect(run({}, features([[1, 2]], [0]))).rejects.toThrow(
        'training features to have 8 values like the test ones, got 2',
      );
      const broken = { ...train, features: train.features.map((x, i) => (i === 9 ? Infinity : x)) };
      await expect(run({}, broken)).rejects.toThrow('got Infinity in row 1');
      await expect(run({ learningRate: 1e38 })).rejects.toThrow('lower the learning rate');
      const initial = { weight: new Float32Array(3), bias: new Float32Array(4) };
      await expect(run({ initial })).rejects.toThrow('32 weights and 4 biases, got 3 and 4');
    });
  });
});
