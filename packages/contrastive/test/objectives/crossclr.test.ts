import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import {
  crossclr,
  type CrossclrOptions,
  crossViewLoss,
  infoNCELoss,
  type StreamsObjective,
  type ViewPair,
} from '@halp/contrastive';
import { createRandom } from '@halp/random';
import { checkGradient, expectClose, expectNoLeak, onEachBackend } from '@halp/testing';
import { messageOf } from '../losses/rows.ts';
import { CONTEXT, embedder, read, train, views } from './embedder.ts';

const RNG = createRandom(0);
const STREAMS = ['joint', 'motion', 'bone'] as const;
type Name = (typeof STREAMS)[number];

interface Setup {
  readonly objective: StreamsObjective<ViewPair, Name>;
  dispose(): void;
}

function setup(options: Partial<CrossclrOptions<Name>> = {}): Setup {
  const networks = [1, 2, 3, 4, 5, 6].map(embedder);
  const pair = (at: number): CrossclrOptions<Name>['streams'][Name] => ({
    query: networks[at] as (typeof networks)[number],
    key: networks[at + 1] as (typeof networks)[number],
  });
  const streams = { joint: pair(0), motion: pair(2), bone: pair(4) };
  const objective = crossclr(
    { streams, queueSize: 8, dimension: 4, temperature: 0.5, ...options },
    createRandom(7),
  );
  return {
    objective,
    dispose: () => {
      for (const part of [objective, ...networks]) part.dispose();
    },
  };
}

describe('crossclr', () => {
  onEachBackend(() => {
    it('is InfoNCE in each stream without the cross-view loss, by default in every epoch', () => {
      const s = setup();
      const input = views(4);
      tf.tidy(() => {
        const embeddings = s.objective.embed(input, createRandom(0));
        const expected = STREAMS.map((stream) => {
          const { query, key } = embeddings[stream];
          const { keys } = s.objective.queues[stream];
          return read(infoNCELoss(query, key, keys, { temperature: 0.5 }))[0] as number;
        });
        const { total, parts } = s.objective.loss(input, { ...CONTEXT, epoch: 1e6 }, RNG);
        expect(Object.keys(parts)).toEqual(STREAMS.map((stream) => `infonce_${stream}`));
        expectClose(Object.values(parts).flatMap(read), expected, { relative: 1e-5 });
        expectClose(total, [expected.reduce((a, b) => a + b)], { relative: 1e-5 });
      });
      tf.dispose({ ...input });
      s.dispose();
    });

    it('is the mean of the cross-view losses with both other streams from crossFromEpoch', () => {
      const s = setup({ crossFromEpoch: 3, neighbours: 2, context: false });
      const input = views(4);
      tf.tidy(() => {
        const embeddings = s.objective.embed(input, createRandom(0));
        const similarities = (stream: Name): tf.Tensor2D =>
          tf.matMul(embeddings[stream].query, s.objective.queues[stream].keys, false, true);
        const expected = STREAMS.map((stream) => {
          const { query, key } = embeddings[stream];
          const own = tf.sum<tf.Tensor1D>(tf.mul(query, key), 1);
          const terms = STREAMS.filter((other) => other !== stream).map((other) => {
            const options = { temperature: 0.5, neighbours: 2, context: false };
            const loss = crossViewLoss(own, similarities(stream), similarities(other), options);
            return read(loss)[0] as number;
          });
          return ((terms[0] as number) + (terms[1] as number)) / 2;
        });
        const { parts } = s.objective.contrast(embeddings, { ...CONTEXT, epoch: 3 }, RNG);
        expect(Object.keys(parts)).toEqual(STREAMS.map((stream) => `cross_${stream}`));
        expectClose(Object.values(parts).flatMap(read), expected, { relative: 1e-5 });
        const before = s.objective.contrast(embeddings, { ...CONTEXT, epoch: 2 }, RNG);
        expect(Object.keys(before.parts)).toContain('infonce_joint');
      });
      tf.dispose({ ...input });
      s.dispose();
    });

    it('mines one key and multiplies similarities by default', () => {
      const s = setup({ crossFromEpoch: 0 });
      const input = views(4);
      tf.tidy(() => {
        const { joint, motion, bone } = s.objective.embed(input, createRandom(0));
        const { queues } = s.objective;
        const own = tf.sum<tf.Tensor1D>(tf.mul(joint.query, joint.key), 1);
        const near = (query: tf.Tensor2D, stream: Name): tf.Tensor2D =>
          tf.matMul(query, queues[stream].keys, false, true);
        const withOther = (other: tf.Tensor2D): tf.Scalar =>
          crossViewLoss(own, near(joint.query, 'joint'), other, { temperature: 0.5 });
        const { parts } = s.objective.loss(input, CONTEXT, RNG);
        expectClose(
          parts['cross_joint'] as tf.Scalar,
          tf.div(
            tf.add(withOther(near(motion.query, 'motion')), withOther(near(bone.query, 'bone'))),
            2,
          ),
          { relative: 1e-5 },
        );
      });
      tf.dispose({ ...input });
      s.dispose();
    });

    it('matches central differences with respect to every parameter of every stream', () => {
      // Every key is a neighbour, so that the set does not change within a step.
      const s = setup({ crossFromEpoch: 0, neighbours: 8 });
      const input = views(4);
      checkGradient(
        () => s.objective.loss(input, CONTEXT, RNG).total,
        Object.values(s.objective.params),
        { step: 3e-3 },
      );
      tf.dispose({ ...input });
      s.dispose();
    });

    it('decreases during training, enqueues in all streams and leaks no tensor', async () => {
      const s = setup({ crossFromEpoch: 1, queueSize: 32 });
      const input = views(4);
      const totals = (epoch: number): Promise<number[]> =>
        expectNoLeak(() => train(s.objective, input, { steps: 5, learningRate: 0.05, epoch }));
      const single = await totals(0);
      expect(single.at(-1)).toBeLessThan(single[0] as number);
      for (const pointer of ['queue_ptr', 'queue_ptr_motion', 'queue_ptr_bone']) {
        expect(read(s.objective.state[pointer])).toEqual([25]);
      }
      const crossed = await totals(1);
      expect(crossed.every(Number.isFinite)).toBe(true);
      tf.dispose({ ...input });
      s.dispose();
    });

    it('rejects a single stream and constants out of range, and leaks no tensor', () => {
      const networks = [1, 2, 3, 4].map(embedder);
      const [a, b, c, d] = networks as [
        ReturnType<typeof embedder>,
        ReturnType<typeof embedder>,
        ReturnType<typeof embedder>,
        ReturnType<typeof embedder>,
      ];
      const tensors = tf.memory().numTensors;
      const make = (options: Partial<CrossclrOptions<string>>): string =>
        messageOf(() => {
          const streams = { joint: { query: a, key: b }, bone: { query: c, key: d } };
          crossclr({ streams, queueSize: 8, dimension: 4, ...options }, createRandom(0));
        });
      expect(make({ streams: { joint: { query: a, key: b } } })).toBe(
        'crossclr: expected at least two streams, got joint',
      );
      expect(make({ crossFromEpoch: 0.5 })).toBe(
        'crossclr: expected crossFromEpoch to be an integer of at least 0, got 0.5',
      );
      expect(make({ combine: 'product' as 'log-of-sum' })).toBe(
        "crossclr: expected combine to be mean-of-logs or log-of-sum, got 'product'",
      );
      expect(make({ neighbours: 0 })).toMatch(/positive integer number of neighbours, got 0$/);
      expect(make({ momentum: 2 })).toBe('crossclr: expected a momentum in [0, 1], got 2');
      expect(tf.memory().numTensors).toBe(tensors);
      for (const network of networks) network.dispose();
    });
  });
});
