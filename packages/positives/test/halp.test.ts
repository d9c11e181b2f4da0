import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { type AnchoredObjective, createKeyQueue, type Embeddings } from '@halp/contrastive';
import { ownedVariable, type StepContext, valueAndGradients } from '@halp/nn';
import { halp, halpLoss, type HalpOptions, sphericalKMeans } from '@halp/positives';
import { createRandom } from '@halp/random';
import { expectClose, onEachBackend } from '@halp/testing';
import { matrix, randomUnits, rowsOf } from './sphere.ts';

interface Batch {
  readonly keys: number[][];
}

const K = 12;
const D = 4;
const OPTIONS: HalpOptions = { weight: 2, prototypes: 3, newest: 8, every: 3, count: 5 };

/** A base objective with its input as keys and its only parameter as query; its loss is the sum of the query. */
function toyBase(): AnchoredObjective<Batch> {
  const queue = createKeyQueue({ size: K, dimension: D }, createRandom(1));
  const query = ownedVariable(matrix(randomUnits(3, D, createRandom(2))));
  let pending: number[][] = [];
  const base: AnchoredObjective<Batch> = {
    params: { query },
    state: queue.state,
    queue,
    embed: ({ keys }) => {
      pending = keys;
      return { query: tf.mul<tf.Tensor2D>(query, 1), key: matrix(keys) };
    },
    contrast: ({ query }) => {
      const total = tf.sum<tf.Scalar>(query);
      return { total, parts: { infonce: tf.clone(total) } };
    },
    loss: (input, context, rng) => base.contrast(base.embed(input, createRandom(0)), context, rng),
    afterStep: () => tf.tidy(() => queue.enqueue(matrix(pending))),
    dispose: () => {
      queue.dispose();
      query.dispose();
    },
  };
  return base;
}

const at = (samples: number, iteration = 1, epoch = 0): StepContext => ({
  epoch,
  iteration,
  step: samples / 3,
  samples,
});

const queueOf = ({ queue }: AnchoredObjective<Batch>): Float32Array =>
  tf.tidy(() => queue.newest(8).dataSync()) as Float32Array;

const batch = (seed: number): Batch => ({ keys: randomUnits(3, D, createRandom(100 + seed)) });

/** Whether prototypes were recomputed before and after the loss, and the parts of the loss. */
interface Observed {
  readonly before: boolean;
  readonly after: boolean;
  readonly parts: Record<string, number>;
}

describe('halp', () => {
  onEachBackend(() => {
    /** Runs one step and reports when the prototypes changed. */
    async function step(
      objective: ReturnType<typeof halp<Batch>>,
      context: StepContext,
      input = batch(context.samples),
    ): Promise<Observed> {
      const prototypes = objective.state['prototypes'] as tf.Variable;
      const read = (): number[] => Array.from(prototypes.dataSync());
      const start = read();
      await objective.beforeStep?.(context);
      const middle = read();
      const parts: Record<string, number> = {};
      tf.tidy(() => {
        const loss = objective.loss(input, context, createRandom(context.step));
        for (const [name, part] of Object.entries(loss.parts))
          parts[name] = part.dataSync()[0] as number;
        parts['total'] = loss.total.dataSync()[0] as number;
      });
      await objective.afterStep(context);
      const end = read();
      const differ = (a: number[], b: number[]): boolean => a.some((x, i) => x !== b[i]);
      return { before: differ(start, middle), after: differ(middle, end), parts };
    }

    async function withHalp(
      options: HalpOptions,
      work: (
        objective: ReturnType<typeof halp<Batch>>,
        base: AnchoredObjective<Batch>,
      ) => Promise<void>,
    ): Promise<void> {
      const base = toyBase();
      const objective = halp(base, options, createRandom(5));
      await work(objective, base);
      objective.dispose();
      base.dispose();
    }

    it('equals its base objective until 2 K + 1 clips were seen', () =>
      withHalp(OPTIONS, async (objective, base) => {
        for (const samples of [0, 3, 21, 24]) {
          const { before, after, parts } = await step(objective, at(samples, 0));
          expect({ before, after }).toEqual({ before: false, after: false });
          const sum = tf.tidy(() => tf.sum(base.params['query'] as tf.Tensor).dataSync()[0]);
          expect(parts).toEqual({ infonce: sum, total: sum });
        }
        const { parts } = await step(objective, at(2 * K + 3));
        expect(Object.keys(parts)).toEqual([
          'infonce',
          'halp',
          'kept',
          'angle',
          'hardness',
          'total',
        ]);
      }));

    it('starts at exactly 2 K + 1 clips, but not before its first epoch', () =>
      withHalp({ ...OPTIONS, fromEpoch: 2 }, async (objective) => {
        const one = { ...at(0), samples: 2 * K + 1, step: 8 };
        expect((await step(objective, { ...one, epoch: 1 })).parts).not.toHaveProperty('halp');
        expect(
          (await step(objective, { ...one, epoch: 2, samples: 2 * K })).parts,
        ).not.toHaveProperty('halp');
        expect((await step(objective, { ...one, epoch: 2 })).parts).toHaveProperty('halp');
      }));

    it('computes prototypes before the first step and after it, then after every third iteration', () =>
      withHalp(OPTIONS, async (objective) => {
        const seen: [boolean, boolean][] = [];
        // The first step with the term is iteration 1; a new epoch starts after iteration 7.
        const iterations = [1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3];
        for (const [i, iteration] of iterations.entries()) {
          const { before, after } = await step(objective, at(27 + 3 * i, iteration));
          seen.push([before, after]);
        }
        expect(seen.map(([before]) => before)).toEqual([
          true,
          ...new Array<boolean>(10).fill(false),
        ]);
        expect(seen.map(([, after]) => after)).toEqual(
          // Iteration 1 as the first, then 3 and 6, and in the next epoch 0 and 3.
          [true, false, true, false, false, true, false, true, false, false, true],
        );
      }));

    it('clusters the newest keys, which after the step include those of the step', () =>
      withHalp(OPTIONS, async (objective, base) => {
        const clustered = (phase: string): number[] => {
          const newest = base.queue.newest(8);
          const data = Float32Array.from(newest.dataSync());
          newest.dispose();
          const rng = createRandom(5).fork('prototypes', 9, phase);
          return Array.from(
            sphericalKMeans({ data, shape: [8, D] }, { clusters: 3 }, rng).prototypes.data,
          );
        };
        const prototypes = objective.state['prototypes'] as tf.Variable;
        const context = at(27);
        await objective.beforeStep?.(context);
        expectClose(prototypes, clustered('before'), { absolute: 1e-6 });
        tf.tidy(() => void objective.loss(batch(0), context, createRandom(0)));
        await objective.afterStep(context);
        const own = base.queue.newest(3);
        expectClose(own, batch(0).keys.flat(), { absolute: 1e-6 });
        own.dispose();
        expectClose(prototypes, clustered('after'), { absolute: 1e-6 });
      }));

    it.each([
      ['aligned', {}],
      ['contrastive', { form: 'contrastive' }],
    ] as const)(
      'adds μ times halpLoss of the same embeddings with the current prototypes and queue: %s',
      (_, form) =>
        withHalp({ ...OPTIONS, ...form }, async (objective, base) => {
          await step(objective, at(27));
          const [context, input] = [at(30), batch(7)];
          const queue = tf.clone(base.queue.keys);
          const { parts } = await step(objective, context, input);
          const prototypes = matrix(rowsOf(objective.state['prototypes'] as tf.Variable, D));
          const expected = tf.tidy(() => {
            const rng = createRandom(context.step).fork('positives');
            const query = base.params['query'] as tf.Variable<tf.Rank.R2>;
            return halpLoss(
              query,
              matrix(input.keys),
              prototypes,
              { count: 5, ...form },
              rng,
              'form' in form ? queue : undefined,
            ).dataSync()[0] as number;
          });
          tf.dispose([prototypes, queue]);
          expect(expected).not.toBe(0);
          expect(parts['halp']).toBeCloseTo(2 * expected, 4);
          expect(parts['total']).toBeCloseTo((parts['infonce'] as number) + 2 * expected, 4);
          expect(parts['kept']).toBeGreaterThan(0);
          expect(parts['kept']).toBeLessThanOrEqual(1);
        }),
    );

    it('backpropagates both terms to the parameters of its base', () =>
      withHalp(OPTIONS, async (objective) => {
        await step(objective, at(27));
        const gradient = (context: StepContext): tf.Tensor => {
          const { gradients, value } = valueAndGradients(
            () => objective.loss(batch(7), context, createRandom(0)).total,
            objective.params,
          );
          value.dispose();
          return gradients['query'] as tf.Tensor;
        };
        const [alone, both] = [gradient(at(0)), gradient(at(30))];
        expectClose(alone, new Array<number>(12).fill(1), { absolute: 0 });
        expect(tf.tidy(() => tf.max(tf.abs(tf.sub(both, alone))).dataSync()[0])).toBeGreaterThan(
          0.5,
        );
        tf.dispose([alone, both]);
      }));

    it('resumes from a checkpoint with the same losses', () =>
      withHalp(OPTIONS, async (objective) => {
        for (const i of [0, 1]) await step(objective, at(27 + 3 * i, i + 1));
        await withHalp(OPTIONS, async (resumed) => {
          for (const [name, variable] of Object.entries({
            ...objective.state,
            ...objective.params,
          })) {
            tf.tidy(() => {
              const target = { ...resumed.state, ...resumed.params }[name] as tf.Variable;
              target.assign(tf.tensor(variable.dataSync(), variable.shape, variable.dtype));
            });
          }
          for (const i of [2, 3, 4]) {
            const context = at(27 + 3 * i, i + 1);
            expect(await step(resumed, context)).toEqual(await step(objective, context));
          }
          expectClose(
            resumed.state['prototypes'] as tf.Tensor,
            objective.state['prototypes'] as tf.Tensor,
            { absolute: 0 },
          );
        });
      }));

    it('passes its options to the positives and to the clustering', async () => {
      const context = at(27);
      const options = {
        ...OPTIONS,
        anchors: 'both',
        lambda: { hardness: 0.7 },
        seeding: 'random',
      } as const;
      await withHalp(options, async (objective, base) => {
        await objective.beforeStep?.(context);
        const points = { data: queueOf(base), shape: [8, D] } as const;
        const { prototypes } = sphericalKMeans(
          points,
          { clusters: 3, seeding: 'random' },
          createRandom(5).fork('prototypes', context.step, 'before'),
        );
        const made = objective.state['prototypes'] as tf.Tensor as tf.Tensor2D;
        expectClose(made, { data: prototypes.data, shape: [3, D] }, { absolute: 1e-6 });
        tf.tidy(() => {
          const { parts } = objective.loss(batch(27), context, createRandom(9));
          const query = base.params['query'] as tf.Tensor as tf.Tensor2D;
          const draws = createRandom(9).fork('positives');
          const term = { count: 5, anchors: options.anchors, lambda: options.lambda };
          const alone = halpLoss(query, matrix(batch(27).keys), made, term, draws);
          expectClose(parts['halp'] as tf.Scalar, tf.mul(alone, 2), { relative: 1e-6 });
          expectClose(parts['hardness'] as tf.Scalar, [0.7], { absolute: 1e-6 });
        });
        await objective.afterStep(context);
      });
    });

    it('passes the unchanged embeddings of its base back to the base', async () => {
      const plain = toyBase();
      let made: Embeddings | undefined;
      const base: AnchoredObjective<Batch, Embeddings & { readonly third: tf.Scalar }> = {
        ...plain,
        embed: (input, rng) => {
          const whole = { ...plain.embed(input, rng), third: tf.scalar(3) };
          made = whole;
          return whole;
        },
        contrast: (embeddings, context, rng) => {
          expect(embeddings).toBe(made);
          expectClose(embeddings.third, [3], { absolute: 0 });
          return plain.contrast(embeddings, context, rng);
        },
      };
      const objective = halp(base, OPTIONS, createRandom(5));
      const { parts } = await step(objective, at(27));
      expect(parts).toHaveProperty('halp');
      objective.dispose();
      plain.dispose();
    });

    it('has its prototypes, their ready flag and the state of its base in its state', () =>
      withHalp(OPTIONS, async (objective, base) => {
        expect(Object.keys(objective.state)).toEqual([
          'queue',
          'queue_ptr',
          'prototypes',
          'prototypes_ready',
        ]);
        expect(objective.params).toBe(base.params);
        const ready = (): unknown => objective.state['prototypes_ready']?.dataSync()[0];
        expect(ready()).toBe(0);
        await step(objective, at(27));
        expect(ready()).toBe(1);
      }));

    it('throws if the term is active and beforeStep was not called', () =>
      withHalp(OPTIONS, async (objective) => {
        expect(() => objective.loss(batch(0), at(27), createRandom(0))).toThrow(
          new Error('halp: expected beforeStep before the first loss with the term, got none'),
        );
      }));

    it('leaks no tensor in any step', () =>
      withHalp(OPTIONS, async (objective) => {
        await step(objective, at(27));
        const tensors = tf.memory().numTensors;
        for (const i of [1, 2, 3, 4]) await step(objective, at(27 + 3 * i, i));
        expect(tf.memory().numTensors).toBe(tensors);
      }));

    it('rejects options that do not match the queue or are no valid schedule', () => {
      const base = toyBase();
      const make = (options: Partial<HalpOptions>) => (): unknown =>
        halp(base, { ...OPTIONS, ...options }, createRandom(0));
      expect(make({ newest: 13 })).toThrow(
        new RangeError(
          'halp: expected newest to be an integer in [1, 12], the length of the queue, got 13',
        ),
      );
      expect(make({ prototypes: 9 })).toThrow(
        new RangeError(
          'halp: expected prototypes to be an integer in [1, 8], the number of keys, got 9',
        ),
      );
      expect(make({ every: 0 })).toThrow(/every/);
      expect(make({ fromEpoch: -1 })).toThrow(/fromEpoch/);
      expect(make({ weight: NaN })).toThrow(/weight/);
      base.dispose();
    });
  });
});
