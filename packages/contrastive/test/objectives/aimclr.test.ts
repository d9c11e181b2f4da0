import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import {
  aimclr,
  type AimclrOptions,
  type AnchoredObjective,
  d3mLoss,
  type ExtremeEmbeddings,
  type ExtremeViews,
  infoNCELogits,
  infoNCELoss,
  nearestNeighbourLoss,
} from '@halp/contrastive';
import { createRandom } from '@halp/random';
import { checkGradient, expectClose, expectNoLeak, onEachBackend } from '@halp/testing';
import { messageOf } from '../losses/rows.ts';
import { CONTEXT, embedder, read, train, views } from './embedder.ts';

const RNG = createRandom(0);

interface Setup {
  readonly objective: AnchoredObjective<ExtremeViews, ExtremeEmbeddings>;
  dispose(): void;
}

function setup(options: Partial<AimclrOptions> = {}): Setup {
  const [query, key] = [embedder(1), embedder(2)];
  const objective = aimclr(
    { query, key, queueSize: 8, dimension: 4, temperature: 0.5, ...options },
    createRandom(3),
  );
  return {
    objective,
    dispose: () => {
      for (const part of [objective, query, key]) part.dispose();
    },
  };
}

function extremeViews(seed: number, clips = 5): ExtremeViews {
  const { query: extreme, key: unused } = views(seed + 100, clips);
  unused.dispose();
  return { ...views(seed, clips), extreme };
}

describe('aimclr', () => {
  onEachBackend(() => {
    it('is InfoNCE plus the weighted divergence without mining, by default in every epoch', () => {
      const s = setup({ weight: 0.5 });
      const input = extremeViews(4);
      tf.tidy(() => {
        const { query, key, extreme } = s.objective.embed(input, createRandom(0));
        const { keys } = s.objective.queue;
        const T = { temperature: 0.5 };
        const logits = (view: tf.Tensor2D): tf.Tensor2D => infoNCELogits(view, key, keys, T);
        const expected = [
          read(infoNCELoss(query, key, keys, T))[0] as number,
          0.5 * (read(d3mLoss(logits(query), logits(extreme)))[0] as number),
        ];
        const { total, parts } = s.objective.loss(input, { ...CONTEXT, epoch: 1e6 }, RNG);
        expect(Object.keys(parts)).toEqual(['infonce', 'd3m']);
        expectClose(Object.values(parts).flatMap(read), expected, { relative: 1e-5 });
        expectClose(total, [expected.reduce((a, b) => a + b)], { relative: 1e-5 });
      });
      tf.dispose({ ...input });
      s.dispose();
    });

    it('mines the nearest keys from mineFromEpoch', () => {
      const s = setup({ mineFromEpoch: 2, neighbours: 3, combine: 'log-of-sum' });
      const input = extremeViews(4);
      tf.tidy(() => {
        const { query, key, extreme } = s.objective.embed(input, createRandom(0));
        const parts = (epoch: number): Readonly<Record<string, tf.Scalar>> =>
          s.objective.loss(input, { ...CONTEXT, epoch }, RNG).parts;
        expect(Object.keys(parts(1))).toEqual(['infonce', 'd3m']);
        expect(Object.keys(parts(2))).toEqual(['nnm', 'd3m']);
        expectClose(
          parts(2)['nnm'] as tf.Scalar,
          nearestNeighbourLoss(query, key, s.objective.queue.keys, extreme, {
            temperature: 0.5,
            neighbours: 3,
            combine: 'log-of-sum',
          }),
          { relative: 1e-5 },
        );
      });
      tf.dispose({ ...input });
      s.dispose();
    });

    it('embeds the extreme view with the query network, as unit rows', () => {
      const s = setup();
      const input = extremeViews(4);
      tf.tidy(() => {
        const { extreme } = s.objective.embed(input, createRandom(0));
        expectClose(tf.norm(extreme, 2, 1), [1, 1, 1, 1, 1], { absolute: 1e-6 });
        const swapped = s.objective.embed({ ...input, query: input.extreme }, createRandom(0));
        expectClose(swapped.query, extreme, { absolute: 1e-6 });
      });
      tf.dispose({ ...input });
      s.dispose();
    });

    it('matches central differences with respect to every parameter', () => {
      // The similarities of the keys differ by more than the step.
      const s = setup({ mineFromEpoch: 0 });
      const input = extremeViews(4);
      checkGradient(
        // d3m is left out: it has no gradient for the normal view, but finite differences change that view too.
        () => s.objective.loss(input, CONTEXT, RNG).parts['nnm'] as tf.Scalar,
        Object.values(s.objective.params),
        { step: 3e-3 },
      );
      tf.dispose({ ...input });
      s.dispose();
    });

    it('backpropagates the divergence only through the extreme view', () => {
      const s = setup();
      const input = extremeViews(4);
      tf.tidy(() => {
        const weight = s.objective.params['encoder_q.fc.weight'] as tf.Variable;
        const gradientOf = (f: () => tf.Scalar): tf.Tensor =>
          tf.variableGrads(f, [weight]).grads[weight.name] as tf.Tensor;
        const { query, key } = s.objective.embed(input, createRandom(0));
        const logits = (view: tf.Tensor2D): tf.Tensor2D =>
          infoNCELogits(view, key, s.objective.queue.keys, { temperature: 0.5 });
        // A constant, since it is computed outside of the differentiated function.
        const normal = logits(query);
        expectClose(
          gradientOf(() => s.objective.loss(input, CONTEXT, RNG).parts['d3m'] as tf.Scalar),
          gradientOf(() =>
            d3mLoss(normal, logits(s.objective.embed(input, createRandom(0)).extreme)),
          ),
          { relative: 1e-5, absolute: 1e-6 },
        );
      });
      tf.dispose({ ...input });
      s.dispose();
    });

    it('decreases during training, enqueues its keys and leaks no tensor', async () => {
      const s = setup({ mineFromEpoch: 1, queueSize: 32 });
      const input = extremeViews(4);
      const total = async (epoch: number): Promise<number[]> =>
        expectNoLeak(() => train(s.objective, input, { steps: 5, learningRate: 0.05, epoch }));
      const single = await total(0);
      expect(single.at(-1)).toBeLessThan(single[0] as number);
      expect(read(s.objective.state['queue_ptr'])).toEqual([25]);
      const mined = await total(1);
      expect(mined.every(Number.isFinite)).toBe(true);
      tf.dispose({ ...input });
      s.dispose();
    });

    it('rejects an extreme view of other clips, and constants out of range', () => {
      const s = setup();
      const [five, four] = [extremeViews(4), extremeViews(5, 4)];
      const mixed = { ...five, extreme: four.extreme };
      expect(messageOf(() => tf.tidy(() => void s.objective.loss(mixed, CONTEXT, RNG)))).toBe(
        'aimclr: expected an extreme view of shape [5, 3, 2, 1, 1], got [4, 3, 2, 1, 1]',
      );
      const tensors = tf.memory().numTensors;
      const [query, key] = [embedder(1), embedder(2)];
      const make = (options: Partial<AimclrOptions>): string =>
        messageOf(() =>
          aimclr({ query, key, queueSize: 8, dimension: 4, ...options }, createRandom(0)),
        );
      expect(make({ weight: -1 })).toBe('aimclr: expected a finite weight of at least 0, got -1');
      expect(make({ neighbours: 0.5 })).toMatch(/positive integer number of neighbours, got 0.5$/);
      expect(make({ mineFromEpoch: -1 })).toBe(
        'aimclr: expected mineFromEpoch to be an integer of at least 0, got -1',
      );
      query.dispose();
      key.dispose();
      expect(tf.memory().numTensors).toBe(tensors);
      tf.dispose([{ ...five }, { ...four }]);
      s.dispose();
    });
  });
});
