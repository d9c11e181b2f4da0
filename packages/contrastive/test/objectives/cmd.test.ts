import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import {
  cmd,
  type CmdOptions,
  createKeyQueue,
  crossModalDistillation,
  type Embedder,
  infoNCELoss,
} from '@halp/contrastive';
import { createRandom } from '@halp/random';
import { expectClose, onEachBackend } from '@halp/testing';
import { authorsStepTest, type Name, RNG, type Setup, setup, STREAMS } from './cmd-case.ts';
import { CONTEXT, embedder, read, views } from './embedder.ts';

const small = (options: Partial<CmdOptions<Name>> = {}): Setup =>
  setup((_, seed) => embedder(seed), { queueSize: 8, dimension: 4, topK: 5, ...options });

describe('one step of CMD', () => {
  onEachBackend(authorsStepTest);
});

describe('cmd', () => {
  onEachBackend(() => {
    it('adds the stream as a suffix to variable names, and no suffix for joint', () => {
      const s = small();
      const names = Object.keys({ ...s.objective.params, ...s.objective.state });
      for (const suffix of ['', '_motion', '_bone']) {
        expect(names).toContain(`encoder_q${suffix}.fc.weight`);
        expect(names).toContain(`encoder_k${suffix}.norm.running_mean`);
        expect(names).toContain(`queue${suffix}`);
        expect(names).toContain(`queue_ptr${suffix}`);
      }
      expect(s.objective.streams).toEqual(STREAMS);
      s.dispose();
    });

    it('is the sum of InfoNCE in each stream and the weighted distillation', () => {
      const s = small({ weight: 0.25, temperature: 0.5 });
      const input = views(4);
      tf.tidy(() => {
        const embeddings = s.objective.embed(input, createRandom(0));
        const { total, parts } = s.objective.contrast(embeddings, CONTEXT, RNG);
        const negatives = (stream: Name): tf.Tensor2D => s.objective.queues[stream].keys;
        const expected = STREAMS.map((stream) => {
          const { query, key } = embeddings[stream];
          return read(
            infoNCELoss(query, key, negatives(stream), { temperature: 0.5 }),
          )[0] as number;
        });
        const distilled = crossModalDistillation(
          {
            joint: { ...embeddings.joint, negatives: negatives('joint') },
            motion: { ...embeddings.motion, negatives: negatives('motion') },
            bone: { ...embeddings.bone, negatives: negatives('bone') },
          },
          { topK: 5 },
        );
        expected.push(0.25 * (read(distilled)[0] as number));
        expectClose(Object.values(parts).flatMap(read), expected, { relative: 1e-6 });
        expectClose(total, [expected.reduce((a, b) => a + b)], { relative: 1e-6 });
      });
      tf.dispose({ ...input });
      s.dispose();
    });

    it('averages every key network before a step and enqueues the same clips at the same positions after it', async () => {
      const s = small({ momentum: 0.9 });
      const input = views(4);
      const queues = STREAMS.map((stream) => read(s.objective.queues[stream].keys));
      expect(queues[0]).not.toEqual(queues[1]);
      const weight = (stream: Name, side: 'query' | 'key'): tf.Variable =>
        s.networks[stream][side].params['fc.weight'] as tf.Variable;
      const before = STREAMS.map((stream) => read(weight(stream, 'key')));
      for (const stream of STREAMS) tf.tidy(() => weight(stream, 'query').assign(tf.ones([4, 6])));
      await s.objective.beforeStep?.(CONTEXT);
      STREAMS.forEach((stream, i) => {
        const moved = (before[i] as number[]).map((value) => 0.9 * value + 0.1);
        expectClose(weight(stream, 'key'), moved, { absolute: 1e-6 });
      });
      const embeddings = s.objective.embed(input, createRandom(0));
      await s.objective.afterStep(CONTEXT);
      STREAMS.forEach((stream, i) => {
        const kept = (queues[i] as number[]).slice(20);
        expectClose(s.objective.queues[stream].keys, [...read(embeddings[stream].key), ...kept], {
          absolute: 0,
        });
      });
      for (const stream of STREAMS) tf.dispose({ ...embeddings[stream] });
      tf.dispose({ ...input });
      s.dispose();
    });

    it("fills each stream's initial queue from its own fork of the rng, independent of the other streams", () => {
      const s = small();
      for (const name of STREAMS) {
        const alone = createKeyQueue({ size: 8, dimension: 4 }, createRandom(7).fork(name));
        expectClose(s.objective.queues[name].keys, alone.keys, { absolute: 0 });
        alone.dispose();
      }
      s.dispose();
    });

    it('rejects a single stream, a network used twice and invalid constants, and leaks no tensor', () => {
      const networks = [1, 2, 3].map((seed) => embedder(seed)) as [Embedder, Embedder, Embedder];
      const [one, two, three] = networks;
      const make = (options: Partial<CmdOptions<string>>): (() => unknown) => {
        const streams = { joint: { query: one, key: two }, bone: { query: three, key: three } };
        return () => cmd({ streams, queueSize: 4, dimension: 4, ...options }, createRandom(0));
      };
      const tensors = tf.memory().numTensors;
      expect(make({})).toThrow('cmd: expected two networks, got one network twice');
      expect(make({ streams: { joint: { query: one, key: two } } })).toThrow(
        'cmd: expected at least two streams, got joint',
      );
      expect(make({ weight: -1 })).toThrow('cmd: expected a finite weight of at least 0, got -1');
      expect(make({ topK: 0 })).toThrow('cmd: expected a positive integer topK, got 0');
      expect(make({ teacherTemperature: NaN })).toThrow(
        'cmd: expected a positive teacherTemperature, got NaN',
      );
      expect(tf.memory().numTensors).toBe(tensors);
      for (const network of networks) network.dispose();
    });
  });
});
