import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { createKeyQueue, type StreamsObjective } from '@halp/contrastive';
import { type Objective, ownedVariable, sgd, type StepContext, valueAndGradients } from '@halp/nn';
import { halpLoss, type HalpOptions, halpStreams, sphericalKMeans } from '@halp/positives';
import { createRandom } from '@halp/random';
import { expectClose, onEachBackend } from '@halp/testing';
import { goldenCase, goldenStreams, restore, STREAMS } from './golden-model.ts';
import { matrix, randomUnits, rowsOf } from './sphere.ts';

const NAMES = ['joint', 'bone'] as const;
type Name = (typeof NAMES)[number];
type Keys = Readonly<Record<Name, number[][]>>;

const K = 12;
const D = 4;
const OPTIONS: HalpOptions = { weight: 2, prototypes: 3, newest: 8, every: 3, count: 5 };

/** A base objective with its input as keys and its parameters as queries; its loss is the sum of the queries. */
function toyBase(): StreamsObjective<Keys, Name> {
  const each = <Value>(make: (name: Name) => Value): Record<Name, Value> => ({
    joint: make('joint'),
    bone: make('bone'),
  });
  const queues = each((name) =>
    createKeyQueue({ size: K, dimension: D }, createRandom(name.length)),
  );
  const queries = each((name) =>
    ownedVariable(matrix(randomUnits(3, D, createRandom(10 + name.length)))),
  );
  let pending: Keys | undefined;
  const base: StreamsObjective<Keys, Name> = {
    params: queries,
    state: { queue: queues.joint.keys, queue_bone: queues.bone.keys },
    streams: NAMES,
    queues,
    embed: (keys) => {
      pending = keys;
      return each((name) => ({
        query: tf.mul<tf.Tensor2D>(queries[name], 1),
        key: matrix(keys[name]),
      }));
    },
    contrast: ({ joint, bone }) => {
      const total = tf.add<tf.Scalar>(tf.sum(joint.query), tf.sum(bone.query));
      return { total, parts: { sum: tf.clone(total) } };
    },
    loss: (input, context, rng) => base.contrast(base.embed(input, createRandom(0)), context, rng),
    afterStep: () => {
      for (const name of NAMES) {
        tf.tidy(() => queues[name].enqueue(matrix((pending as Keys)[name])));
      }
    },
    dispose: () => {
      for (const name of NAMES) {
        queues[name].dispose();
        queries[name].dispose();
      }
    },
  };
  return base;
}

const at = (samples: number, iteration = 1): StepContext => ({
  epoch: 0,
  iteration,
  step: samples / 3,
  samples,
});

const batch = (seed: number): Keys => ({
  joint: randomUnits(3, D, createRandom(100 + seed)),
  bone: randomUnits(3, D, createRandom(200 + seed)),
});

describe('halpStreams', () => {
  onEachBackend(() => {
    async function withStreams(
      work: (objective: Objective<Keys>, base: StreamsObjective<Keys, Name>) => Promise<void>,
      options = OPTIONS,
    ): Promise<void> {
      const base = toyBase();
      const objective = halpStreams(base, options, createRandom(5));
      await work(objective, base);
      objective.dispose();
      base.dispose();
    }

    const prototypesOf = (objective: Objective<Keys>, name: Name): tf.Variable =>
      objective.state[name === 'joint' ? 'prototypes' : 'prototypes_bone'] as tf.Variable;

    /** Runs one step and returns the parts of its loss. */
    async function step(
      objective: Objective<Keys>,
      context: StepContext,
    ): Promise<Record<string, number>> {
      await objective.beforeStep?.(context);
      const values = tf.tidy(() => {
        const { total, parts } = objective.loss(
          batch(context.samples),
          context,
          createRandom(context.step),
        );
        return Object.entries({ ...parts, total }).map(
          ([name, part]) => [name, part.dataSync()[0] as number] as const,
        );
      });
      await objective.afterStep(context);
      return Object.fromEntries(values);
    }

    it('equals its base objective until 2 K + 1 clips were seen, then adds a term in each stream', () =>
      withStreams(async (objective) => {
        expect(Object.keys(await step(objective, at(24)))).toEqual(['sum', 'total']);
        const parts = await step(objective, at(27));
        expect(Object.keys(parts)).toEqual([
          'sum',
          'halp_joint',
          'kept_joint',
          'angle_joint',
          'hardness_joint',
          'halp_bone',
          'kept_bone',
          'angle_bone',
          'hardness_bone',
          'total',
        ]);
        const { sum = NaN, halp_joint = NaN, halp_bone = NaN, total = NaN } = parts;
        expect(total).toBeCloseTo(sum + halp_joint + halp_bone, 4);
      }));

    it("adds in each stream the weighted loss of that stream's queries, keys, prototypes and draws", () =>
      withStreams(async (objective, base) => {
        const context = at(27);
        await objective.beforeStep?.(context);
        tf.tidy(() => {
          const { parts } = objective.loss(batch(27), context, createRandom(9));
          for (const name of NAMES) {
            const alone = halpLoss(
              base.params[name] as unknown as tf.Tensor2D,
              matrix(batch(27)[name]),
              prototypesOf(objective, name) as tf.Tensor as tf.Tensor2D,
              { count: 5 },
              createRandom(9).fork('positives', name),
            );
            const part = parts[`halp_${name}`] as tf.Scalar;
            expectClose(part, tf.mul(alone, 2), { relative: 1e-6 });
          }
        });
        await objective.afterStep(context);
      }));

    it('clusters the newest keys of each stream, with random seeding by default', async () => {
      for (const seeding of [undefined, 'k-means++'] as const) {
        const options = { ...OPTIONS, ...(seeding === undefined ? {} : { seeding }) };
        await withStreams(async (objective, base) => {
          await step(objective, at(27, 1));
          for (const name of NAMES) {
            const keys = base.queues[name].newest(8);
            const points = { data: keys.dataSync() as Float32Array, shape: [8, D] } as const;
            const { prototypes } = sphericalKMeans(
              points,
              { clusters: 3, seeding: seeding ?? 'random' },
              createRandom(5).fork(name).fork('prototypes', 9, 'after'),
            );
            const made = rowsOf(prototypesOf(objective, name), D).flat();
            expectClose(made, Array.from(prototypes.data), { absolute: 1e-6 });
            keys.dispose();
          }
        }, options);
      }
    });

    it('recomputes the prototypes of all streams in the same steps as in a single stream', () =>
      withStreams(async (objective) => {
        const seen: boolean[] = [];
        // The first step with the terms is iteration 1; a new epoch starts after iteration 4.
        for (const [i, iteration] of [1, 2, 3, 4, 0, 1].entries()) {
          const before = NAMES.map((name) => rowsOf(prototypesOf(objective, name), D).flat());
          await step(objective, at(27 + 3 * i, iteration));
          const renewed = NAMES.map((name, j) =>
            rowsOf(prototypesOf(objective, name), D)
              .flat()
              .some((x, k) => x !== before[j]?.[k]),
          );
          expect(new Set(renewed).size).toBe(1);
          seen.push(renewed[0] as boolean);
        }
        expect(seen).toEqual([true, false, true, false, true, false]);
      }));

    it('has the prototypes of each stream and the state of its base in its state', () =>
      withStreams((objective, base) => {
        expect(Object.keys(objective.state)).toEqual([
          'queue',
          'queue_bone',
          'prototypes',
          'prototypes_ready',
          'prototypes_bone',
          'prototypes_ready_bone',
        ]);
        expect(objective.params).toBe(base.params);
        return Promise.resolve();
      }));

    it('throws if the terms are active and beforeStep was not called', () =>
      withStreams((objective) => {
        expect(() => objective.loss(batch(0), at(27), createRandom(0))).toThrow(
          new Error(
            'halpStreams: expected beforeStep before the first loss with the term, got none',
          ),
        );
        return Promise.resolve();
      }));

    it('rejects invalid options and leaks no tensor', () => {
      const base = toyBase();
      const before = tf.memory().numTensors;
      const make = (options: Partial<HalpOptions>) => (): unknown =>
        halpStreams(base, { ...OPTIONS, ...options }, createRandom(0));
      expect(make({ newest: 13 })).toThrow(
        new RangeError(
          'halpStreams: expected newest to be an integer in [1, 12], the length of the queue, got 13',
        ),
      );
      expect(make({ every: 0 })).toThrow(/^halpStreams: .*every/);
      expect(make({ seeding: 'first' as 'random' })).toThrow(
        new RangeError("halpStreams: expected the seeding 'k-means++' or 'random', got 'first'"),
      );
      const short = createKeyQueue({ size: 4, dimension: D }, createRandom(0));
      expect(() =>
        halpStreams({ ...base, queues: { ...base.queues, bone: short } }, OPTIONS, createRandom(0)),
      ).toThrow(/newest to be an integer in \[1, 4\]/);
      short.dispose();
      expect(tf.memory().numTensors).toBe(before);
      base.dispose();
    });

    it('trains three networks with CMD: prototypes are recomputed, losses are finite, no tensor leaks', async () => {
      const start = goldenCase('halp_three_stream');
      const model = goldenStreams(start.meta, { newest: 24, every: 2 });
      const { objective } = model;
      restore(model, start, 'before');
      const optimizer = sgd(objective.params, { momentum: 0.9, weightDecay: 1e-4 });
      const views = {
        query: start.tensor('query') as tf.Tensor5D,
        key: start.tensor('key') as tf.Tensor5D,
      };
      const counts: number[] = [];
      const totals: number[] = [];
      let last = '';
      for (let i = 0; i < 4; i++) {
        const context = { epoch: 0, iteration: i, step: 17 + i, samples: 68 + 4 * i };
        await objective.beforeStep?.(context);
        const { value, gradients } = valueAndGradients(
          () => tf.tidy(() => objective.loss(views, context, createRandom(i)).total),
          objective.params,
        );
        optimizer.step(gradients, 0.01);
        await objective.afterStep(context);
        totals.push(value.dataSync()[0] as number);
        tf.dispose([value, gradients]);
        const prototypes = STREAMS.map((stream) => {
          const name = stream === 'joint' ? 'prototypes' : `prototypes_${stream}`;
          return Array.from((objective.state[name] as tf.Variable).dataSync());
        });
        expect(prototypes.flat().every(Number.isFinite)).toBe(true);
        expect(JSON.stringify(prototypes) !== last).toBe(i % 2 === 0);
        last = JSON.stringify(prototypes);
        counts.push(tf.memory().numTensors);
      }
      expect(totals.every(Number.isFinite)).toBe(true);
      expect(totals[3]).toBeLessThan(totals[0] as number);
      expect(new Set(counts).size).toBe(1);
      tf.dispose(Object.values(views));
      optimizer.dispose();
      model.dispose();
    });
  });
});
