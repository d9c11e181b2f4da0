import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { LabelledViews } from '@halp/contrastive';
import { createRandom } from '@halp/random';
import {
  buildTraining,
  evaluationBatches,
  type Recipe,
  type StreamEncoder,
  syntheticHalp,
  syntheticMoco,
  syntheticOthers,
  trainingBatches,
} from '@halp/recipes';
import { expectClose, onEachBackend } from '@halp/testing';
import { fit } from '@halp/train';
import { noiseDataset } from '../memory-dataset.ts';

const small: Pick<Recipe, 'encoder' | 'head' | 'batchSize'> = {
  encoder: { kind: 'bigru', hidden: 4, layers: 2, direction: 'stepwise' },
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
    queueSize: 16,
    newest: 16,
    prototypes: 4,
    count: 5,
    fromEpoch: 2,
  } as Recipe['objective'],
};

describe('buildTraining', () => {
  onEachBackend(() => {
    it('starts MoCo and HaLP with equal weights and queues for equal seeds', () => {
      const a = buildTraining(moco, createRandom(3));
      const b = buildTraining(halp, createRandom(3));
      const c = buildTraining(moco, createRandom(4));
      for (const [name, variable] of Object.entries({ ...a.base.params, ...a.base.state })) {
        expectClose({ ...b.base.params, ...b.base.state }[name] as tf.Tensor, variable, {
          absolute: 0,
        });
      }
      const weight = 'encoder_q.encoder.gru.weight_hh_l0';
      expect([...(c.objective.params[weight] as tf.Tensor).dataSync()]).not.toEqual([
        ...(a.objective.params[weight] as tf.Tensor).dataSync(),
      ]);
      for (const training of [a, b, c]) training.dispose();
    });

    it('gives joint, motion and bone different weights, and each key network those of its query network', () => {
      const three = syntheticOthers.find(({ objective }) => objective.kind === 'cmd') as Recipe;
      const training = buildTraining(
        {
          ...three,
          ...small,
          objective: { ...three.objective, queueSize: 16, topK: 4 } as Recipe['objective'],
        },
        createRandom(3),
      );
      const all = { ...training.objective.params, ...training.objective.state };
      const numbersOf = (name: string): number[] => [...(all[name] as tf.Tensor).dataSync()];
      const streams = ['', '_motion', '_bone'];
      for (const layer of [
        'encoder.gru.weight_hh_l0',
        'encoder.gru.bias_ih_l1',
        'fc.0.weight',
        'fc.2.weight',
      ]) {
        const queries = streams.map((stream) => numbersOf(`encoder_q${stream}.${layer}`).join());
        const keys = streams.map((stream) => numbersOf(`encoder_k${stream}.${layer}`).join());
        expect(new Set(queries).size).toBe(3);
        expect(keys).toEqual(queries);
      }
      training.dispose();
    });

    it('trains MoCo, then HaLP from its epoch on, and leaks nothing', async () => {
      const dataset = noiseDataset(24);
      const training = buildTraining(halp, createRandom(0));
      const batches = await trainingBatches(halp, dataset, createRandom(0));
      expect(batches.batchesPerEpoch).toBe(3);
      // The second step of epoch 1 is the first after 2K + 1 = 33 clips; HaLP starts at epoch 2.
      const parts: string[][] = [];
      const options = { epochs: 4, optimizer: training.optimizer, schedule: halp.schedule };
      for await (const report of fit(training.objective, batches.epoch, options, createRandom(0))) {
        parts.push(
          Object.keys(report.losses).filter((name) => name === 'infonce' || name === 'halp'),
        );
      }
      expect(parts).toEqual([['infonce'], ['infonce'], ['infonce', 'halp'], ['infonce', 'halp']]);
      training.dispose();
    });

    it.each(syntheticOthers.map((recipe) => [recipe.objective.kind, recipe] as const))(
      'trains %s for two epochs, and leaves no tensor',
      async (_, recipe) => {
        const tiny: Recipe = { ...recipe, ...small };
        const before = tf.memory().numTensors;
        const training = buildTraining(tiny, createRandom(0));
        const first = Object.values(training.objective.params)[0] as tf.Variable;
        const start = await first.data();
        const batches = await trainingBatches(tiny, noiseDataset(16), createRandom(0));
        const options = { epochs: 2, optimizer: training.optimizer, schedule: tiny.schedule };
        for await (const { losses } of fit(
          training.objective,
          batches.epoch,
          options,
          createRandom(0),
        )) {
          expect(Number.isFinite(losses['total'])).toBe(true);
        }
        expect(await first.data()).not.toEqual(start);
        expect(training.encoders).toHaveLength(tiny.stream === '3s' ? 3 : 1);
        training.dispose();
        expect(tf.memory().numTensors).toBe(before);
      },
    );

    it.each([
      { kind: 'stgcn', width: 4, features: 8, partition: 'spatial' },
      { kind: 'agcn', width: 4 },
      { kind: 'ctrgcn', width: 8 },
      { kind: 'transformer', frames: 24, segment: 4, width: 8, depth: 1, heads: 2 },
    ] as const)('builds and runs the encoder $kind', (encoder) => {
      const training = buildTraining({ ...moco, encoder }, createRandom(0));
      const [{ encoder: built }] = training.encoders as [StreamEncoder];
      const features = tf.tidy(() => built.apply(tf.ones([2, 3, 24, 25, 2]), { mode: 'eval' }));
      expect(features.shape).toEqual([2, built.featureSize]);
      features.dispose();
      training.dispose();
    });

    it.each(['motion', 'bone'] as const)('trains the encoder on the %s stream', (stream) => {
      const training = buildTraining({ ...moco, stream }, createRandom(0));
      const still = tf.ones<tf.Rank.R5>([2, 3, 8, 25, 2]);
      const nothing = tf.zeros<tf.Rank.R5>([2, 3, 8, 25, 2]);
      tf.tidy(() => {
        const [{ encoder, stream: seen }] = training.encoders as [StreamEncoder];
        expect(seen).toBe(stream);
        // A motionless skeleton whose joints coincide has neither motion nor bones.
        expectClose(
          encoder.apply(still, { mode: 'eval' }),
          encoder.apply(nothing, { mode: 'eval' }),
          { absolute: 0 },
        );
      });
      tf.dispose([still, nothing]);
      training.dispose();
    });
  });
});

describe('trainingBatches', () => {
  onEachBackend(() => {
    it('have labels only for an objective that learns from them', async () => {
      const supcon = syntheticOthers.find(({ objective }) => objective.kind === 'supcon') as Recipe;
      const dataset = noiseDataset(24);
      for (const recipe of [supcon, moco]) {
        const { epoch } = await trainingBatches({ ...recipe, ...small }, dataset, createRandom(0));
        for await (const { input, names = [] } of epoch(0, 0)) {
          const { labels, ...views } = input as Partial<LabelledViews>;
          const classes = names.map((name) => Number(name.slice('clip'.length)) % 2);
          expect(labels && [...(await labels.data())]).toEqual(
            recipe === supcon ? classes : undefined,
          );
          expect(labels?.dtype).toBe(recipe === supcon ? 'int32' : undefined);
          tf.dispose([views, labels ?? []]);
        }
      }
    });
  });
});

describe('evaluationBatches', () => {
  it('have every clip once, in order, with a smaller last batch', async () => {
    const sizes: number[] = [];
    const indices: number[] = [];
    for await (const batch of await evaluationBatches(moco, noiseDataset(19))) {
      sizes.push(batch.shape[0]);
      indices.push(...batch.indices);
    }
    expect(sizes).toEqual([8, 8, 3]);
    expect(indices).toEqual(Array.from({ length: 19 }, (_, i) => i));
  });

  it('refuses a data set of another layout', async () => {
    const nwUcla = { ...moco, data: { ...moco.data, layout: 'kinect-v1', persons: 1 } } as const;
    await expect(evaluationBatches(nwUcla, noiseDataset(8))).rejects.toThrow(
      "recipe synthetic-moco: expected a data set with kinect-v1, 1 person(s), got 'noise' with kinect-v2, 2 person(s)",
    );
  });
});
