import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { Schedule, StepContext } from '@halp/nn';
import { createRandom, type Random } from '@halp/random';
import { expectClose, onEachBackend } from '@halp/testing';
import {
  type EpochReport,
  fit,
  type FitOptions,
  NonFiniteLossError,
  type StepReport,
  type TrainingPosition,
} from '@halp/train';
import { constants, type Hooks, type Quadratic, quadratic } from './quadratic.ts';

const constant: Schedule = { kind: 'constant', rate: 0.1 };

/** All reports of a training that runs to its end. */
async function all(reports: AsyncIterable<EpochReport>): Promise<EpochReport[]> {
  const list: EpochReport[] = [];
  for await (const report of reports) list.push(report);
  return list;
}

/** Trains the quadratic from 3 towards 1, three batches per epoch. Default: two epochs. */
function train(
  { objective, optimizer }: Quadratic,
  options: Partial<FitOptions> = {},
  batches = constants(1, 3),
  rng: Random = createRandom(0),
): AsyncGenerator<EpochReport> {
  return fit(objective, batches, { epochs: 2, schedule: constant, optimizer, ...options }, rng);
}

onEachBackend(() => {
  describe('fit', () => {
    it('follows the closed form: each step multiplies w - c by 1 - rate, and the rate drops at its milestone', async () => {
      const model = quadratic(3);
      const schedule: Schedule = { kind: 'step', rate: 0.1, milestones: [1], factor: 0.5 };
      const reports = await all(train(model, { epochs: 3, schedule }));
      expect(reports.map(({ learningRate }) => learningRate)).toEqual([0.1, 0.05, 0.05]);
      let distance = 2;
      for (const { losses, learningRate } of reports) {
        let sum = 0;
        for (let step = 0; step < 3; step++) {
          sum += distance ** 2 / 2;
          distance *= 1 - learningRate;
        }
        // float32 compared with float64.
        expectClose([losses['total'] ?? NaN, losses['half'] ?? NaN], [sum / 3, sum / 3], {
          relative: 1e-6,
        });
      }
      expectClose(model.weight, [1 + distance], { relative: 1e-6 });
      model.dispose();
    });

    it('counts epochs, steps and clips in the context and in reports', async () => {
      const contexts: StepContext[] = [];
      const steps: StepReport[] = [];
      const model = quadratic(3, { afterStep: (context) => void contexts.push(context) });
      const options = { onStep: (report: StepReport) => void steps.push(report), readEvery: 2 };
      const reports = await all(train(model, options));
      expect(contexts).toEqual([
        { epoch: 0, iteration: 0, step: 0, samples: 0 },
        { epoch: 0, iteration: 1, step: 1, samples: 2 },
        { epoch: 0, iteration: 2, step: 2, samples: 4 },
        { epoch: 1, iteration: 0, step: 3, samples: 6 },
        { epoch: 1, iteration: 1, step: 4, samples: 8 },
        { epoch: 1, iteration: 2, step: 5, samples: 10 },
      ]);
      expect(
        steps.map(({ epoch, iteration, step, samples }) => [epoch, iteration, step, samples]),
      ).toEqual([
        [0, 1, 1, 2],
        [0, 2, 2, 4],
        [0, 3, 3, 6],
        [1, 1, 4, 8],
        [1, 2, 5, 10],
        [1, 3, 6, 12],
      ]);
      // Losses are read after the first step and every second one, and the mean is over one epoch.
      expect(steps.map(({ losses }) => 'total' in losses)).toEqual([
        true,
        true,
        true,
        false,
        true,
        true,
      ]);
      expect(reports.map(({ epoch, step, samples }) => [epoch, step, samples])).toEqual([
        [0, 3, 6],
        [1, 6, 12],
      ]);
      for (const { seconds, clipsPerSecond } of reports)
        expect(clipsPerSecond).toBeCloseTo(6 / seconds, 6);
      model.dispose();
    });

    it('runs and awaits beforeStep, loss, optimizer and afterStep in this order', async () => {
      const events: string[] = [];
      const later = async (name: string, milliseconds: number): Promise<void> => {
        await new Promise((resolve) => setTimeout(resolve, milliseconds));
        events.push(name);
      };
      const model = quadratic(3, {
        beforeStep: ({ step }) => later(`before ${step}`, 5),
        factor: ({ step }) => events.push(`loss ${step}`) * 0 + 1,
        onOptimizer: (gradients, rate) =>
          void events.push(`optimizer ${Object.keys(gradients).join()} ${rate}`),
        afterStep: ({ step }) => later(`after ${step}`, 20),
      });
      const onEpoch = async (epoch: number): Promise<Record<string, number>> => {
        await later(`epoch ${epoch}`, 1);
        return { knn: 0.5 };
      };
      const reports = await all(train(model, { epochs: 1, onEpoch }, constants(1, 2)));
      const step = (i: number): string[] => [
        `before ${i}`,
        `loss ${i}`,
        'optimizer weight 0.1',
        `after ${i}`,
      ];
      expect(events).toEqual([...step(0), ...step(1), 'epoch 0']);
      expect(reports[0]?.metrics).toEqual({ knn: 0.5 });
      model.dispose();
    });

    it('passes every step its own random stream, independent of earlier draws, and does not advance the rng of the run', async () => {
      const draw = async (times: (step: number) => number): Promise<number[]> => {
        const firsts: number[] = [];
        const rng = createRandom(5);
        const factor: Hooks['factor'] = ({ step }, stream) => {
          const [first = NaN] = Array.from({ length: times(step) }, () => stream.uniform());
          firsts.push(first);
          return 1;
        };
        const model = quadratic(3, { factor });
        const before = rng.state();
        await all(train(model, {}, constants(1, 3), rng));
        expect(rng.state()).toEqual(before);
        model.dispose();
        return firsts;
      };
      const once = await draw(() => 1);
      expect(new Set(once).size).toBe(6);
      expect(await draw((step) => 1 + step)).toEqual(once);
    });

    it('averages a part of the loss over the steps that return it', async () => {
      const model = quadratic(3);
      const { objective } = model;
      const sometimes = {
        ...objective,
        loss: (...[input, context, rng]: Parameters<typeof objective.loss>) => {
          const { total, parts } = objective.loss(input, context, rng);
          const late = tf.scalar(context.step);
          return { total, parts: context.step < 1 ? parts : { ...parts, late } };
        },
      };
      const [report] = await all(train({ ...model, objective: sometimes }, { epochs: 1 }));
      expect(report?.losses['late']).toBe(1.5);
      model.dispose();
    });

    it('starts at the given position', async () => {
      const contexts: StepContext[] = [];
      const model = quadratic(3, { afterStep: (context) => void contexts.push(context) });
      const from = { epoch: 1, step: 3, samples: 6 };
      const reports = await all(train(model, { from }));
      expect(reports.map(({ epoch, step, samples }) => [epoch, step, samples])).toEqual([
        [1, 6, 12],
      ]);
      expect(contexts[0]).toEqual({ epoch: 1, iteration: 0, step: 3, samples: 6 });
      expect(await all(train(model, { from: { epoch: 2, step: 6, samples: 12 } }))).toEqual([]);
      model.dispose();
    });

    it('requests the batches of each epoch once, from its first step', async () => {
      const asked: number[][] = [];
      const model = quadratic(3);
      const batches = constants(1, 1);
      await all(
        train(model, {}, (...place) => {
          asked.push(place);
          return batches(...place);
        }),
      );
      expect(asked).toEqual([
        [0, 0],
        [1, 0],
      ]);
      model.dispose();
    });

    it('has the same number of tensors after every step', async () => {
      const counts: number[] = [];
      const model = quadratic(3);
      const onStep = (): void => void counts.push(tf.memory().numTensors);
      await all(train(model, { epochs: 4, readEvery: 1, onStep }));
      expect(counts).toHaveLength(12);
      expect(new Set(counts).size).toBe(1);
      model.dispose();
    });

    it('has disposed all activations when the optimizer runs', async () => {
      const held: number[] = [];
      let before = 0;
      const model = quadratic(3, {
        beforeStep: () => void (before = tf.memory().numTensors),
        onOptimizer: () => void held.push(tf.memory().numTensors - before),
      });
      await all(train(model, { epochs: 1, readEvery: 1 }));
      // Two losses and one gradient.
      expect(held).toEqual([3, 3, 3]);
      model.dispose();
    });

    it.each(['a batch', 'beforeStep', 'loss', 'optimizer', 'afterStep', 'onStep', 'onEpoch'])(
      'rethrows an error of %s, closes the batches and leaks no tensor',
      async (place) => {
        const boom = new Error(place);
        const throwAt = (here: string, step = 1): void => {
          if (here === place && step === 1) throw boom;
        };
        let closed = 0;
        const model = quadratic(3, {
          beforeStep: ({ step }) => throwAt('beforeStep', step),
          factor: ({ step }) => {
            // A tensor that the tape has saved.
            tf.tanh(tf.square(model.weight));
            throwAt('loss', step);
            return 1;
          },
          onOptimizer: () => throwAt('optimizer'),
          afterStep: ({ step }) => throwAt('afterStep', step),
        });
        const inner = constants(1, 3, () => closed++);
        const batches: typeof inner = async function* (...from) {
          for await (const batch of inner(...from)) {
            yield batch;
            throwAt('a batch');
          }
        };
        const options: Partial<FitOptions> = {
          onStep: ({ iteration }) => throwAt('onStep', iteration),
          onEpoch: async () => {
            throwAt('onEpoch');
            return {};
          },
        };
        const before = tf.memory().numTensors;
        await expect(all(train(model, options, batches))).rejects.toBe(boom);
        expect(tf.memory().numTensors).toBe(before);
        expect(closed).toBe(1);
        // The tape can be used again.
        const value = tf.tidy(
          () =>
            tf
              .grad((x) => tf.square(x))(tf.scalar(3))
              .dataSync()[0],
        );
        expect(value).toBe(6);
        model.dispose();
      },
    );

    it('leaks no tensor if the caller stops between two epochs', async () => {
      const model = quadratic(3);
      const before = tf.memory().numTensors;
      let epochs = 0;
      for await (const { epoch } of train(model, { epochs: 100 })) {
        epochs++;
        if (epoch === 1) break;
      }
      expect(epochs).toBe(2);
      expect(tf.memory().numTensors).toBe(before);
      model.dispose();
    });

    it('finishes the current step on an abort and closes the batches', async () => {
      const controller = new AbortController();
      let [closed, steps] = [0, 0];
      const model = quadratic(3);
      const options: Partial<FitOptions> = {
        signal: controller.signal,
        onStep: ({ step }) => {
          steps = step;
          if (step === 2) controller.abort();
        },
      };
      const before = tf.memory().numTensors;
      const training = all(
        train(
          model,
          options,
          constants(1, 3, () => closed++),
        ),
      );
      await expect(training).rejects.toMatchObject({ name: 'AbortError' });
      expect([steps, closed]).toEqual([2, 1]);
      expect(tf.memory().numTensors).toBe(before);
      model.dispose();
    });

    it('saves a position after an abort of onEpoch, at which a resumed run measures the epoch', async () => {
      const controller = new AbortController();
      const saved: TrainingPosition[] = [];
      const model = quadratic(3);
      const metrics = (): Promise<Record<string, number>> => Promise.resolve({ knn: 1 });
      const options: Partial<FitOptions> = {
        epochs: 1,
        signal: controller.signal,
        onSave: (position) => Promise.resolve(void saved.push(position)),
        onEpoch() {
          controller.abort();
          return Promise.reject(controller.signal.reason as Error);
        },
      };
      await expect(all(train(model, options, constants(1, 3)))).rejects.toMatchObject({
        name: 'AbortError',
      });
      expect(saved).toMatchObject([{ epoch: 0, step: 3, within: { iteration: 3 } }]);
      const other = quadratic(3);
      const whole = await all(train(other, { epochs: 1, onEpoch: metrics }));
      const resumed = await all(train(model, { epochs: 1, from: saved[0], onEpoch: metrics }));
      const timeless = (reports: readonly EpochReport[]) =>
        reports.map(({ seconds: _, clipsPerSecond: __, ...report }) => report);
      expect(timeless(resumed)).toEqual(timeless(whole));
      other.dispose();
      model.dispose();
    });

    it('requests no batch if the signal is already aborted', async () => {
      let asked = 0;
      const model = quadratic(3);
      const batches = constants(1, 3);
      const training = train(model, { signal: AbortSignal.abort() }, (...from) => {
        asked++;
        return batches(...from);
      });
      await expect(all(training)).rejects.toMatchObject({ name: 'AbortError' });
      expect(asked).toBe(0);
      model.dispose();
    });

    it('reacts to an abort from outside when its batches are always ready', async () => {
      const model = quadratic(3);
      const training = all(
        train(model, { signal: AbortSignal.timeout(50) }, constants(1, Infinity)),
      );
      await expect(training).rejects.toMatchObject({ name: 'TimeoutError' });
      model.dispose();
    });

    it.each([NaN, Infinity, -Infinity])(
      'stops at a loss of %s and names the step, losses and clips',
      async (value) => {
        const factor: Hooks['factor'] = ({ step }) => (step === 4 ? value : 1);
        const model = quadratic(3, { factor });
        const before = tf.memory().numTensors;
        const done: number[] = [];
        const training = async (): Promise<void> => {
          for await (const { epoch } of train(model, { epochs: 9, readEvery: 2 })) done.push(epoch);
        };
        const error = (await training().catch((reason: unknown) => reason)) as NonFiniteLossError;
        expect(error).toBeInstanceOf(NonFiniteLossError);
        expect([error.step, error.losses['total'], error.clips]).toEqual([4, value, ['clip 1.1']]);
        expect(error.message).toMatch(
          /^fit: expected finite losses, got total \S+, half \S+ at step 4$/,
        );
        expect(done).toEqual([0]);
        expect(tf.memory().numTensors).toBe(before);
        model.dispose();
      },
    );

    it('reports a loss that is not finite instead of a failure caused by it', async () => {
      const model = quadratic(3, {
        factor: ({ step }) => (step === 1 ? NaN : 1),
        afterStep: ({ step }) => {
          if (step === 1) throw new RangeError('no prototype is nearest to NaN');
        },
      });
      const before = tf.memory().numTensors;
      await expect(all(train(model))).rejects.toMatchObject({
        name: 'NonFiniteLossError',
        step: 1,
      });
      expect(tf.memory().numTensors).toBe(before);
      model.dispose();
    });

    it('rejects an epoch without batches', async () => {
      const model = quadratic(3);
      await expect(all(train(model, {}, constants(1, 0)))).rejects.toThrow(
        'fit: expected at least one batch in epoch 0, got none; is the batch larger than the data set?',
      );
      model.dispose();
    });

    it.each([
      { epochs: 1.5 },
      { epochs: -1 },
      { epochs: NaN },
      { readEvery: 0 },
      { readEvery: NaN },
    ])('rejects %o', async (options) => {
      const model = quadratic(3);
      const before = tf.memory().numTensors;
      await expect(all(train(model, options))).rejects.toThrow(RangeError);
      expect(tf.memory().numTensors).toBe(before);
      model.dispose();
    });

    it('rejects a batch without a number of clips', async () => {
      const model = quadratic(3);
      const batches: ReturnType<typeof constants> = async function* () {
        yield { input: tf.scalar(1), clips: NaN };
      };
      await expect(all(train(model, {}, batches))).rejects.toThrow('expected clips of a batch');
      model.dispose();
    });
  });
});
