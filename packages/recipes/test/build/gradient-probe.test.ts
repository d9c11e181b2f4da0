import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { StepContext } from '@halp/nn';
import { createRandom } from '@halp/random';
import {
  buildTraining,
  gradientProbe,
  type Recipe,
  syntheticHalp,
  syntheticMoco,
  syntheticOthers,
  type Training,
  trainingBatches,
} from '@halp/recipes';
import { onEachBackend } from '@halp/testing';
import { lossAndGradients } from '@halp/train';
import { noiseDataset } from '../memory-dataset.ts';

const small: Pick<Recipe, 'encoder' | 'head' | 'batchSize'> = {
  encoder: { kind: 'bigru', hidden: 4, layers: 1, direction: 'stepwise' },
  head: { hidden: 8, outputs: 6 },
  batchSize: 8,
};
const moco: Recipe = {
  ...syntheticMoco,
  ...small,
  objective: { ...syntheticMoco.objective, queueSize: 16 } as Recipe['objective'],
};
const halp: Recipe = {
  ...syntheticHalp,
  ...small,
  objective: {
    ...syntheticHalp.objective,
    ...{ kind: 'halp', queueSize: 16, newest: 16, prototypes: 4, count: 5, fromEpoch: 2 },
    ...{ weight: 0.5, form: 'contrastive' },
  } as Recipe['objective'],
};
const context: StepContext = { epoch: 2, iteration: 0, step: 8, samples: 64 };
const rng = createRandom(5);

/** The probe of a recipe on 16 clips, with its batches and networks. */
async function probed(recipe: Recipe) {
  const training = buildTraining(recipe, rng);
  const batches = await trainingBatches(recipe, noiseDataset(32), createRandom(2));
  const probe = await gradientProbe(recipe, training, batches, rng, { clips: 16 });
  return { training, batches, probe };
}

const numbersOf = ({ objective }: Training): number[][] =>
  Object.values({ ...objective.params, ...objective.state }).map((x) => Array.from(x.dataSync()));

/** The norm of the gradient of the total, by a training step's own function, averaged over two batches. */
async function normOfTotal(
  { training, batches }: Awaited<ReturnType<typeof probed>>,
  at: StepContext,
): Promise<number> {
  await training.objective.beforeStep?.(at);
  const sums = new Map<string, Float64Array>();
  let i = 0;
  for await (const { input } of batches.epoch(0, 0)) {
    const own = rng.fork('gradients', i).fork('loss');
    const { losses, gradients } = lossAndGradients(training.objective, input, at, own);
    for (const [name, gradient] of Object.entries(gradients)) {
      const sum = sums.get(name) ?? new Float64Array(gradient.size);
      gradient.dataSync().forEach((x, j) => (sum[j] = (sum[j] as number) + x / 2));
      sums.set(name, sum);
    }
    tf.dispose([losses, gradients, input] as unknown as tf.TensorContainer);
    i += 1;
    if (i === 2) break;
  }
  const squares = [...sums.values()].flatMap((each) => Array.from(each, (x) => x * x));
  return Math.sqrt(squares.reduce((sum, square) => sum + square, 0));
}

describe('gradientProbe', () => {
  onEachBackend(() => {
    it('measures the gradient of a training step, the mean over its batches', async () => {
      const made = await probed(moco);
      const metrics = await made.probe.measure(context);
      expect(Object.keys(metrics)).toEqual(['gradient-norm-infonce']);
      const norm = await normOfTotal(made, context);
      expect(norm).toBeGreaterThan(0);
      expect(metrics['gradient-norm-infonce']).toBeCloseTo(norm, 4);
      made.probe.dispose();
      made.training.dispose();
    });

    it('measures each active part and their angle: together they are the gradient of the total', async () => {
      const made = await probed(halp);
      expect(Object.keys(await made.probe.measure({ ...context, epoch: 1 }))).toEqual([
        'gradient-norm-infonce',
      ]);
      const metrics = await made.probe.measure(context);
      const names = ['gradient-norm-infonce', 'gradient-norm-halp', 'gradient-cosine-infonce-halp'];
      expect(Object.keys(metrics)).toEqual(names);
      const [a, b, cosine] = names.map((name) => metrics[name]) as [number, number, number];
      expect(b).toBeGreaterThan(0);
      const total = Math.sqrt(a * a + b * b + 2 * a * b * cosine);
      expect(total).toBeCloseTo(await normOfTotal(made, context), 4);
      made.probe.dispose();
      made.training.dispose();
    });

    it('does not change training, is repeatable, and leaks nothing', async () => {
      const before = tf.memory().numTensors;
      const { training, batches, probe } = await probed(halp);
      const values = numbersOf(training);
      const first = await probe.measure(context);
      const tensors = tf.memory().numTensors;
      expect(await probe.measure(context)).toEqual(first);
      expect(tf.memory().numTensors).toBe(tensors);
      expect(numbersOf(training)).toEqual(values);
      probe.dispose();
      training.dispose();
      await batches.close();
      expect(tf.memory().numTensors).toBe(before);
    });
  });

  it('compares parts of the same stream only', async () => {
    const recipe = { ...syntheticOthers.find(({ stream }) => stream === '3s'), ...small } as Recipe;
    const { training, probe } = await probed(recipe);
    const names = Object.keys(await probe.measure(context));
    expect(names.filter((name) => name.startsWith('gradient-norm')).length).toBeGreaterThan(2);
    expect(names).toContain('gradient-norm-infonce_motion');
    expect(names.filter((name) => name.startsWith('gradient-cosine'))).toEqual([]);
    probe.dispose();
    training.dispose();
  });

  it('works with every objective without a queue', async () => {
    for (const recipe of syntheticOthers.filter(({ stream }) => stream !== '3s')) {
      const { training, probe } = await probed({ ...recipe, ...small });
      const found = Object.values(await probe.measure(context));
      expect(found.length, recipe.name).toBeGreaterThan(0);
      expect(found.every(Number.isFinite), recipe.name).toBe(true);
      probe.dispose();
      training.dispose();
    }
  });

  it('refuses fewer than two clips', async () => {
    const recipe = { ...moco, batchSize: 1 };
    const training = buildTraining(recipe, createRandom(1));
    const batches = await trainingBatches(recipe, noiseDataset(1), createRandom(2));
    await expect(gradientProbe(recipe, training, batches, rng)).rejects.toThrow(
      'gradientProbe: expected at least 2 clips, got 1',
    );
    training.dispose();
  });
});
