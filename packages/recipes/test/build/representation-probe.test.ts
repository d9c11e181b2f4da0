import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { l2Normalize } from '@halp/contrastive';
import { alignment, rankMe, uniformity } from '@halp/protocols';
import { createRandom } from '@halp/random';
import {
  buildTraining,
  type Recipe,
  representationProbe,
  syntheticMoco,
  syntheticOthers,
  type Training,
  trainingBatches,
} from '@halp/recipes';
import { onEachBackend } from '@halp/testing';
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

/** The probe of a recipe on 32 clips, with its batches and networks. */
async function probed(recipe: Recipe, clips = 16) {
  const training = buildTraining(recipe, createRandom(1));
  const batches = await trainingBatches(recipe, noiseDataset(32), createRandom(2));
  const probe = await representationProbe(training, batches, { clips });
  return { training, batches, probe };
}

const numbersOf = ({ objective }: Training): number[][] =>
  Object.values({ ...objective.params, ...objective.state }).map((x) => Array.from(x.dataSync()));

describe('representationProbe', () => {
  onEachBackend(() => {
    it('measures the features before the head and the embeddings after it, of the first clips', async () => {
      const { training, batches, probe } = await probed(moco, 9);
      expect(probe.clips).toBe(16);
      const rows: Record<'features' | 'query' | 'key', number[]> = {
        features: [],
        query: [],
        key: [],
      };
      const { encoder, head } = training.networks[0]!.network;
      let seen = 0;
      for await (const { input, clips } of batches.epoch(0, 0)) {
        tf.tidy(() => {
          const [query, key] = [
            encoder.apply(input.query, { mode: 'eval' }),
            encoder.apply(input.key, { mode: 'eval' }),
          ];
          rows.features.push(...query.dataSync());
          rows.query.push(...l2Normalize(head.apply(query, { mode: 'eval' })).dataSync());
          rows.key.push(...l2Normalize(head.apply(key, { mode: 'eval' })).dataSync());
        });
        tf.dispose(Object.values(input));
        seen += clips;
        if (seen === 16) break;
      }
      const metrics = await probe.measure();
      const [features, query, key] = [rows.features, rows.query, rows.key].map((each) =>
        Float32Array.from(each),
      ) as [Float32Array, Float32Array, Float32Array];
      expect(Object.keys(metrics)).toHaveLength(4);
      expect(metrics['rankme-features']).toBeCloseTo(rankMe(features, encoder.featureSize), 4);
      expect(metrics['rankme-embeddings']).toBeCloseTo(rankMe(query, 6), 4);
      expect(metrics['alignment']).toBeCloseTo(alignment(query, key, 6), 4);
      expect(metrics['uniformity']).toBeCloseTo(uniformity(query, 6), 4);
      expect(metrics['alignment']).toBeGreaterThan(0);
      probe.dispose();
      training.dispose();
    });

    it('does not change training, is repeatable, and leaks nothing', async () => {
      const { training, probe } = await probed(moco);
      const before = numbersOf(training);
      const first = await probe.measure();
      const tensors = tf.memory().numTensors;
      expect(await probe.measure()).toEqual(first);
      expect(tf.memory().numTensors).toBe(tensors);
      expect(numbersOf(training)).toEqual(before);
      probe.dispose();
      training.dispose();
    });

    it('detects a head that maps all clips to one direction', async () => {
      const { training, probe } = await probed(moco);
      const { head } = training.networks[0]!.network;
      tf.tidy(() => {
        for (const [name, variable] of Object.entries(head.params)) {
          const value = name.endsWith('weight') ? tf.zerosLike(variable) : tf.onesLike(variable);
          variable.assign(value);
        }
      });
      const metrics = await probe.measure();
      expect(metrics['uniformity']).toBeCloseTo(0, 5);
      expect(metrics['rankme-embeddings']).toBeCloseTo(1, 2);
      expect(metrics['rankme-features']).toBeGreaterThan(1.5);
      expect(metrics['alignment']).toBeCloseTo(0, 5);
      probe.dispose();
      training.dispose();
    });
  });

  it('works with every objective without a queue', async () => {
    for (const recipe of syntheticOthers.filter(({ stream }) => stream !== '3s')) {
      const { training, probe } = await probed({ ...recipe, ...small });
      const { uniformity: value } = await probe.measure();
      expect(value, recipe.name).toBeLessThan(0);
      probe.dispose();
      training.dispose();
    }
  });

  it('has the stream in its names if there are three', async () => {
    const recipe = syntheticOthers.find(({ stream }) => stream === '3s') as Recipe;
    const { training, probe } = await probed({ ...recipe, ...small });
    const names = Object.keys(await probe.measure());
    expect(names).toContain('rankme-features_joint');
    expect(names).toContain('uniformity_motion');
    expect(names).toHaveLength(12);
    probe.dispose();
    training.dispose();
  });

  it('refuses fewer than two clips', async () => {
    const recipe = { ...moco, batchSize: 1 };
    const training = buildTraining(recipe, createRandom(1));
    const batches = await trainingBatches(recipe, noiseDataset(1), createRandom(2));
    await expect(representationProbe(training, batches)).rejects.toThrow(
      'representationProbe: expected at least 2 clips, got 1',
    );
    training.dispose();
  });
});
