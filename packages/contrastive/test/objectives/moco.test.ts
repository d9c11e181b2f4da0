import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import {
  type AnchoredObjective,
  type Embedder,
  infoNCELoss,
  moco,
  type ViewPair,
} from '@halp/contrastive';
import { valueAndGradients } from '@halp/nn';
import { createRandom } from '@halp/random';
import { checkGradient, expectClose, onEachBackend } from '@halp/testing';
import { CONTEXT, embedder, read, views } from './embedder.ts';

const RNG = createRandom(0);

interface Setup {
  readonly query: Embedder;
  readonly key: Embedder;
  readonly objective: AnchoredObjective<ViewPair>;
  dispose(): void;
}

function setup({ momentum = 0.9, temperature = 0.5 } = {}): Setup {
  const [query, key] = [embedder(1), embedder(2)];
  const objective = moco(
    { query, key, queueSize: 8, dimension: 4, momentum, temperature },
    createRandom(3),
  );
  return {
    query,
    key,
    objective,
    dispose: () => {
      for (const part of [objective, query, key]) part.dispose();
    },
  };
}

/** The backward pass of a training step, without the optimizer. */
function differentiate({ objective }: Setup, input: ViewPair): Record<string, number[]> {
  return tf.tidy(() => {
    const { gradients } = valueAndGradients(
      () => objective.loss(input, CONTEXT, RNG).total,
      objective.params,
    );
    return Object.fromEntries(Object.entries(gradients).map(([name, g]) => [name, read(g)]));
  });
}

describe('moco', () => {
  onEachBackend(() => {
    it("has the variable names of the authors' state_dict", () => {
      const s = setup();
      const names = ['norm.weight', 'norm.bias', 'fc.weight', 'fc.bias'];
      const buffers = ['norm.running_mean', 'norm.running_var', 'norm.num_batches_tracked'];
      expect(Object.keys(s.objective.params)).toEqual(names.map((name) => `encoder_q.${name}`));
      expect(Object.keys(s.objective.state).sort()).toEqual(
        [
          ...buffers.map((name) => `encoder_q.${name}`),
          ...[...names, ...buffers].map((name) => `encoder_k.${name}`),
          'queue',
          'queue_ptr',
        ].sort(),
      );
      s.dispose();
    });

    it('initialises the key network as a copy of the query network, including buffers', () => {
      const [query, key] = [embedder(1), embedder(2)];
      tf.tidy(() => query.buffers['norm.running_mean']?.assign(tf.fill([6], 3)));
      const objective = moco({ query, key, queueSize: 8, dimension: 4 }, createRandom(3));
      for (const [name, variable] of Object.entries({ ...key.params, ...key.buffers })) {
        expectClose(variable, { ...query.params, ...query.buffers }[name] as tf.Tensor, {
          absolute: 0,
        });
      }
      for (const part of [objective, query, key]) part.dispose();
    });

    it('averages parameters before the step, but not buffers', async () => {
      const s = setup({ momentum: 0.9 });
      const before = read(s.key.params['fc.weight']);
      tf.tidy(() => {
        s.query.params['fc.weight']?.assign(tf.fill([4, 6], 2));
        s.query.buffers['norm.running_mean']?.assign(tf.fill([6], 7));
      });
      await s.objective.beforeStep?.(CONTEXT);
      expectClose(
        s.key.params['fc.weight'] as tf.Tensor,
        before.map((value) => 0.9 * value + 0.1 * 2),
        { absolute: 1e-6 },
      );
      expect(read(s.key.buffers['norm.running_mean'])).toEqual([0, 0, 0, 0, 0, 0]);
      s.dispose();
    });

    it("updates each network's batch statistics with its own view", () => {
      const s = setup();
      const input = views(4);
      tf.tidy(() => void s.objective.loss(input, CONTEXT, RNG));
      const mean = (view: tf.Tensor5D): number[] =>
        tf.tidy(() => read(tf.mul(tf.mean(tf.reshape(view, [5, 6]), 0), 0.1)));
      const running = 'norm.running_mean';
      expectClose(s.query.buffers[running] as tf.Tensor, mean(input.query), { absolute: 1e-6 });
      expectClose(s.key.buffers[running] as tf.Tensor, mean(input.key), { absolute: 1e-6 });
      tf.dispose({ ...input });
      s.dispose();
    });

    it('equals infoNCELoss of unit embeddings with the queue before the step', () => {
      const s = setup({ temperature: 0.5 });
      const input = views(4);
      tf.tidy(() => {
        const { query, key } = s.objective.embed(input, createRandom(0));
        expectClose(tf.norm(query, 2, 1), [1, 1, 1, 1, 1], { absolute: 1e-6 });
        expectClose(tf.norm(key, 2, 1), [1, 1, 1, 1, 1], { absolute: 1e-6 });
        const { total, parts } = s.objective.loss(input, CONTEXT, RNG);
        const expected = infoNCELoss(query, key, s.objective.queue.keys, { temperature: 0.5 });
        expectClose(total, expected, { relative: 1e-6 });
        expect(Object.keys(parts)).toEqual(['infonce']);
        expectClose(parts['infonce'] as tf.Scalar, expected, { relative: 1e-6 });
      });
      tf.dispose({ ...input });
      s.dispose();
    });

    it('matches central differences with respect to every parameter of the query network', () => {
      const s = setup();
      const input = views(4);
      checkGradient(
        () => s.objective.loss(input, CONTEXT, RNG).total,
        Object.values(s.objective.params),
      );
      tf.dispose({ ...input });
      s.dispose();
    });

    it('gives the key network no gradient, even if one is requested', () => {
      const s = setup();
      const input = views(4);
      const work = (): unknown =>
        tf.tidy(() =>
          tf.variableGrads(
            () => s.objective.loss(input, CONTEXT, RNG).total,
            Object.values(s.key.params),
          ),
        );
      expect(work).toThrow(/Cannot find a connection/);
      tf.dispose({ ...input });
      s.dispose();
    });

    it('enqueues the keys of its loss after the step, when the loss ran inside tf.tidy and on a tape', async () => {
      const s = setup();
      const input = views(4);
      const queue = read(s.objective.queue.keys);
      const keys = tf.tidy(() => read(s.objective.embed(input, createRandom(0)).key));
      const gradients = differentiate(s, input);
      expect(Object.keys(gradients)).toHaveLength(4);
      expect(read(s.objective.queue.keys)).toEqual(queue);
      await s.objective.afterStep(CONTEXT);
      expectClose(s.objective.queue.keys, [...keys, ...queue.slice(20)], { absolute: 1e-6 });
      tf.dispose({ ...input });
      s.dispose();
    });

    it('enqueues the keys after the caller disposed the embeddings', async () => {
      const s = setup();
      const input = views(4);
      const embeddings = s.objective.embed(input, createRandom(0));
      const keys = read(embeddings.key);
      tf.dispose({ ...embeddings });
      await s.objective.afterStep(CONTEXT);
      expectClose(s.objective.queue.keys, [...keys, ...read(s.objective.queue.keys).slice(20)], {
        absolute: 0,
      });
      tf.dispose({ ...input });
      s.dispose();
    });

    it('has a constant number of tensors over many steps, some of them aborted', async () => {
      const s = setup();
      const [good, bad] = [views(4), views(5)];
      const step = async (input: ViewPair, abort: boolean): Promise<void> => {
        await s.objective.beforeStep?.(CONTEXT);
        if (abort) {
          // Outside a tape: the tensors that an aborted tape has saved are for TensorFlow.js to free.
          const work = (): unknown =>
            tf.tidy(() => {
              s.objective.loss(input, CONTEXT, RNG);
              throw new Error('stopped');
            });
          expect(work).toThrow('stopped');
          return;
        }
        differentiate(s, input);
        await s.objective.afterStep(CONTEXT);
      };
      await step(good, false);
      const tensors = tf.memory().numTensors;
      for (const abort of [true, false, true, true, false]) await step(abort ? bad : good, abort);
      expect(tf.memory().numTensors).toBe(tensors);
      // An aborted step enqueues nothing: three batches of five in a ring buffer of eight.
      expect(read(s.objective.state['queue_ptr'])).toEqual([15 % 8]);
      tf.dispose([{ ...good }, { ...bad }]);
      s.dispose();
    });

    it('throws on an afterStep without a loss, and on a second afterStep', async () => {
      const s = setup();
      const error = new Error('moco: expected a loss before every afterStep, got none');
      expect(() => s.objective.afterStep(CONTEXT)).toThrow(error);
      const input = views(4);
      differentiate(s, input);
      await s.objective.afterStep(CONTEXT);
      expect(() => s.objective.afterStep(CONTEXT)).toThrow(error);
      tf.dispose({ ...input });
      s.dispose();
    });

    it('rejects invalid networks, constants and views', () => {
      const s = setup();
      const { query, key } = s;
      const make =
        (options: Partial<Parameters<typeof moco>[0]>): (() => unknown) =>
        () =>
          moco({ query, key, queueSize: 8, dimension: 4, ...options }, createRandom(0));
      expect(make({ key: query })).toThrow(/two networks/);
      expect(make({ key: { ...key, params: {} } })).toThrow(RangeError);
      expect(make({ momentum: 1.1 })).toThrow('moco: expected a momentum in [0, 1], got 1.1');
      expect(make({ temperature: 0 })).toThrow('moco: expected a positive temperature, got 0');
      expect(make({ queueSize: 0 })).toThrow(/queueSize, got 0/);

      const [one, many] = [views(1, 2), views(1, 9)];
      const loss = (query: tf.Tensor5D, key: tf.Tensor5D) => (): unknown =>
        tf.tidy(() => ({ ...s.objective.loss({ query, key }, CONTEXT, RNG) }));
      expect(loss(one.query, many.key)).toThrow(
        'moco: expected two views of one shape [N, C, T, V, M], got [2, 3, 2, 1, 1] and [9, 3, 2, 1, 1]',
      );
      expect(loss(many.query, many.key)).toThrow(
        'moco: expected at most 8 clips, the length of the queue, got 9; use a longer queue or smaller batches',
      );
      const short = moco({ query, key, queueSize: 8, dimension: 3 }, createRandom(0));
      expect(() => tf.tidy(() => ({ ...short.loss(one, CONTEXT, RNG) }))).toThrow(
        'moco: expected embeddings of length 3, got 4',
      );
      tf.dispose([{ ...one }, { ...many }]);
      short.dispose();
      s.dispose();
    });
  });
});
