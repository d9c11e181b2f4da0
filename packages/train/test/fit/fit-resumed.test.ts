import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { Schedule, StepContext } from '@halp/nn';
import { createRandom } from '@halp/random';
import { onEachBackend } from '@halp/testing';
import {
  type EpochReport,
  fit,
  START,
  type TrainingBatch,
  type TrainingPosition,
} from '@halp/train';
import { quadratic } from './quadratic.ts';

const BATCHES = 5;
const schedule: Schedule = { kind: 'step', rate: 0.25, milestones: [1], factor: 0.5 };

/** Batches that depend on their position, so that a repeated or skipped batch changes the result. */
async function* batches(epoch: number, fromStep: number): AsyncGenerator<TrainingBatch<tf.Scalar>> {
  for (let i = fromStep; i < BATCHES; i++) {
    yield await Promise.resolve({ input: tf.scalar(epoch + i / 4), clips: 1 + i });
  }
}

interface Saved {
  readonly position: TrainingPosition;
  readonly weight: number;
}

interface Trained {
  readonly weight: number;
  readonly reports: readonly EpochReport[];
  readonly contexts: readonly StepContext[];
  readonly asked: readonly (readonly [epoch: number, fromStep: number])[];
  readonly saved: readonly Saved[];
}

/** Two epochs of five batches, saved after every second step; the loss draws from the step's random stream. */
async function train(from: Saved = { position: START, weight: 3 }): Promise<Trained> {
  const contexts: StepContext[] = [];
  const asked: [number, number][] = [];
  const saved: Saved[] = [];
  const reports: EpochReport[] = [];
  const model = quadratic(from.weight, {
    factor: (_, rng) => rng.uniform(),
    afterStep: (context) => void contexts.push(context),
  });
  const weight = (): number => model.weight.dataSync()[0] as number;
  const training = fit(
    model.objective,
    (...place) => {
      asked.push(place);
      return batches(...place);
    },
    {
      ...{ epochs: 2, schedule, optimizer: model.optimizer, from: from.position },
      ...{ saveEvery: 2, readEvery: 3 },
      onSave: async (position) => void saved.push({ position, weight: weight() }),
    },
    createRandom(7),
  );
  for await (const report of training) reports.push(report);
  const end = weight();
  model.dispose();
  return { weight: end, reports, contexts, asked, saved };
}

/** A report without its timings. */
const timeless = ({ seconds: _, clipsPerSecond: __, ...report }: EpochReport) => report;

onEachBackend(() => {
  describe('fit resumed inside an epoch', () => {
    it('runs the remaining steps and ends with the same weight and reports', async () => {
      const whole = await train();
      expect(whole.saved.map(({ position }) => [position.epoch, position.step])).toEqual([
        [0, 2],
        [0, 4],
        [1, 7],
        [1, 9],
      ]);
      for (const saved of whole.saved) {
        const { position } = saved;
        const resumed = await train(saved);
        expect(resumed.contexts).toEqual(whole.contexts.slice(position.step));
        expect(resumed.asked[0]).toEqual([
          position.epoch,
          position.step - BATCHES * position.epoch,
        ]);
        expect(resumed.weight).toBe(whole.weight);
        expect(resumed.reports.map(timeless)).toEqual(
          whole.reports.slice(position.epoch).map(timeless),
        );
      }
    });

    it('reports time, clips per second and mean losses of the whole epoch, not only of the remaining steps', async () => {
      const saved = (await train()).saved[1] as Saved;
      const { within } = saved.position;
      if (within === undefined) throw new Error('expected a position inside an epoch');
      // The first four of five steps took a minute.
      const position = { ...saved.position, within: { ...within, seconds: 60 } };
      const [report] = (await train({ ...saved, position })).reports;
      expect(report?.seconds).toBeGreaterThan(60);
      expect(report?.seconds).toBeLessThan(120);
      // 1 + 2 + 3 + 4 + 5 clips.
      expect(report?.clipsPerSecond).toBeCloseTo(15 / (report?.seconds ?? NaN), 9);
    });
  });
});
