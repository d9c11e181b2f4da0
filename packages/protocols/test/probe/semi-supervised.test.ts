import { describe, expect, it } from 'vitest';
import { createRandom } from '@halp/random';
import { expectNoLeak, onEachBackend } from '@halp/testing';
import { rowsOf } from '../../src/features/features.ts';
import { accuracyInterval, fineTune, semiSupervised } from '../../src/index.ts';
import { clusters } from '../arrays.ts';
import { batchesOf, smallEncoder, sourceOf } from '../encoders.ts';

const shape = { classes: 4, size: 6, spread: 3 };
const rng = createRandom(3);
const train = clusters(80, shape, rng);
const test = clusters(40, shape, rng);

function clipsOf(rows: Int32Array) {
  const { features, labels } = rowsOf(train, rows);
  return sourceOf(batchesOf(features, labels, 8), batchesOf(test.features, test.labels, 40));
}

const fineTuning = { classes: 4, selectBy: 'last-epoch', epochs: 2 } as const;
const options = { ...fineTuning, repeats: 3 } as const;

describe('semiSupervised', () => {
  onEachBackend(() => {
    it('fine-tunes a new copy of the encoder on another subset in every repeat', async () => {
      const made: number[] = [];
      const trainedOn: Int32Array[] = [];
      const { evaluations, interval, subsets } = await expectNoLeak(() =>
        semiSupervised(
          {
            encoder: (repeat) => {
              made.push(repeat);
              return smallEncoder(6, 4);
            },
            clips: (rows) => {
              trainedOn.push(rows);
              return clipsOf(rows);
            },
            labels: train.labels,
          },
          { ...options, fraction: 0.1 },
          createRandom(0),
        ),
      );
      expect(made).toEqual([0, 1, 2]);
      expect(subsets.map(({ rows }) => rows)).toEqual(trainedOn);
      expect(new Set(trainedOn.map(String)).size).toBe(3);
      const mean = evaluations.reduce((sum, { accuracy }) => sum + accuracy, 0) / 3;
      expect(interval.low).toBeLessThan(mean);
      expect(interval.high).toBeGreaterThan(mean);
      evaluations.forEach((evaluation, repeat) => {
        expect(evaluation).toMatchObject({
          protocol: 'semi-supervised',
          counts: { train: 8, test: 40 },
          settings: {
            fraction: 0.1,
            balanced: false,
            repeat,
            missingClasses: subsets[repeat]?.missing.length,
            learningRate: 0.01,
          },
        });
      });
    });

    it('closes the clips of a repeat before it opens those of the next, also after an error', async () => {
      const events: string[] = [];
      const run = (broken: number): Promise<unknown> =>
        semiSupervised(
          {
            encoder: () => smallEncoder(6, 4),
            clips: (rows, repeat) => {
              events.push(`open ${repeat}`);
              const source = clipsOf(rows);
              const train = (): never => {
                throw new Error('broken');
              };
              return {
                ...source,
                ...(repeat === broken ? { train } : {}),
                close: async () => void events.push(`close ${repeat}`),
              };
            },
            labels: train.labels,
          },
          { ...options, fraction: 0.1 },
          createRandom(0),
        );
      await run(-1);
      expect(events.splice(0)).toEqual([0, 1, 2].flatMap((i) => [`open ${i}`, `close ${i}`]));
      await expect(run(1)).rejects.toThrow('broken');
      expect(events).toEqual(['open 0', 'close 0', 'open 1', 'close 1']);
    });

    it('equals fine-tuning if every label is kept', async () => {
      const { evaluations, interval } = await semiSupervised(
        { encoder: () => smallEncoder(6, 4), clips: clipsOf, labels: train.labels },
        { ...options, fraction: 1, balanced: true, repeats: 1 },
        createRandom(0),
      );
      const encoder = smallEncoder(6, 4);
      const { evaluation } = await fineTune(
        { encoder, clips: clipsOf(Int32Array.from(train.labels.keys())) },
        fineTuning,
        createRandom(0).fork('repeat', 0).fork('fine-tune'),
      );
      encoder.dispose();
      expect(evaluations[0]?.confusion).toEqual(evaluation.confusion);
      expect(evaluations[0]?.settings['missingClasses']).toBe(0);
      // With one repeat it is the interval of its accuracy; drawn resamples may differ by two clips of 40.
      const { correct } = evaluation.counts;
      const { low, high } = accuracyInterval(correct, 40);
      expect(Math.abs(interval.low - low)).toBeLessThan(0.05);
      expect(Math.abs(interval.high - high)).toBeLessThan(0.05);
    });

    it('disposes the encoder if a repeat fails', async () => {
      await expectNoLeak(async () => {
        const failing = semiSupervised(
          {
            encoder: () => smallEncoder(6, 4),
            clips: () => Promise.reject(new Error('no clips')),
            labels: train.labels,
          },
          { ...options, fraction: 0.1 },
          createRandom(0),
        );
        await expect(failing).rejects.toThrow('no clips');
      });
    });

    it('refuses 0 repeats', async () => {
      const input = { encoder: () => smallEncoder(6, 4), clips: clipsOf, labels: train.labels };
      const run = semiSupervised(input, { ...options, fraction: 0.1, repeats: 0 }, createRandom(0));
      await expect(run).rejects.toThrow(
        'semiSupervised: expected a positive integer repeats, got 0',
      );
    });
  });
});
