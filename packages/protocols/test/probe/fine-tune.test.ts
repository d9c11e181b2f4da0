import { describe, expect, it } from 'vitest';
import { createRandom } from '@halp/random';
import { expectClose, expectNoLeak, onEachBackend } from '@halp/testing';
import type { CheckpointStore, FineTuneOptions, TrainableEncoder } from '../../src/index.ts';
import { extractFeatures, fineTune, predictionsOf } from '../../src/index.ts';
import { clusters, wave } from '../arrays.ts';
import { batchesOf, smallEncoder, sourceOf } from '../encoders.ts';

/** A store that keeps the last checkpoint in memory. */
function memoryStore(): CheckpointStore {
  let last: Uint8Array | undefined;
  return {
    path: 'memory',
    of: 'a test',
    read: () => Promise.resolve(last),
    write: (bytes) => Promise.resolve(void (last = bytes)),
  };
}

/** The result of `work` with an encoder that is disposed afterwards; asserts that nothing leaks. */
function withEncoder<T>(work: (encoder: TrainableEncoder) => Promise<T>): Promise<T> {
  return expectNoLeak(async () => {
    const encoder = smallEncoder(6, 4);
    try {
      return await work(encoder);
    } finally {
      encoder.dispose();
    }
  });
}

const shape = { classes: 3, size: 6, spread: 1.5 };
const rng = createRandom(7);
const [train, test, held] = [60, 40, 30].map((count) => clusters(count, shape, rng)) as [
  ReturnType<typeof clusters>,
  ReturnType<typeof clusters>,
  ReturnType<typeof clusters>,
];
const source = sourceOf(
  batchesOf(train.features, train.labels, 20),
  batchesOf(test.features, test.labels, 16),
  batchesOf(held.features, held.labels, 16),
);
const options = { classes: 3, selectBy: 'last-epoch', epochs: 4 } as const;

describe('fineTune', () => {
  onEachBackend(() => {
    it("follows PyTorch end to end: losses, weights and the test clips' logits", async () => {
      // torch 2.13, float64: BatchNorm1d(6), Linear(6, 4), ReLU, Linear(4, 3), two batches of 6 clips,
      // SGD(0.1, momentum 0.9, weight_decay 0.01), MultiStepLR([2, 3], 0.1), logits in eval mode.
      const labels = Int32Array.of(0, 1, 2, 0, 1, 2, 2, 2, 1, 0, 0, 1);
      const clips = sourceOf(
        batchesOf(wave(72, 1.3, 0.2), labels, 6),
        batchesOf(wave(36, 1.7, 0.4), labels.subarray(0, 6), 4),
      );
      await withEncoder(async (encoder) => {
        const { epochs, scores, weights, evaluation } = await fineTune(
          { encoder, clips },
          {
            ...options,
            learningRate: 0.1,
            weightDecay: 0.01,
            milestones: [2, 3],
            initial: { weight: wave(12, 1.1, 0.5), bias: wave(3, 0.4, 0.2) },
          },
          createRandom(0),
        );
        const close = { relative: 1e-4, absolute: 1e-5 };
        expectClose(
          epochs.map(({ loss }) => loss),
          [2.0714907, 1.3062245, 1.0846569, 1.0719749],
          close,
        );
        expectClose(
          scores,
          [
            0.720614, 0.983601, 0.138681, 0.857748, 0.498299, 0.208241, 0.479533, 1.428447, 0.09557,
            0.885678, 0.583578, 0.184575, 0.378749, 1.005836, 0.414133, 0.639958, 1.274599,
            0.042658,
          ],
          close,
        );
        expectClose(
          weights.weight,
          [
            0.498642, 0.384381, 0.437197, -0.562743, -0.94344, -0.183377, 0.55662, 0.949864,
            0.070017, -0.307593, -0.715734, -0.028257,
          ],
          close,
        );
        expectClose(weights.bias, [0.034434, 0.518987, 1.035286], close);
        const mean = encoder.buffers['norm.running_mean'];
        expectClose(
          mean?.dataSync() ?? [],
          [0.012464, -0.015376, -0.02069, 0.004307, 0.022994, 0.007995],
          close,
        );
        expect(evaluation).toMatchObject({
          protocol: 'fine-tune',
          counts: { train: 12, validation: 0, test: 6 },
          settings: { learningRate: 0.1, weightDecay: 0.01, momentum: 0.9, selectedEpoch: 3 },
        });
      });
    });

    it('learns separable classes, and reports its settings with the defaults of the papers', async () => {
      const rates: number[] = [];
      const { evaluation, epochs } = await withEncoder((encoder) =>
        fineTune(
          { encoder, clips: source },
          {
            classes: ['a', 'b', 'c'],
            selectBy: 'last-epoch',
            onEpoch: ({ learningRate }) => rates.push(learningRate),
          },
          createRandom(0),
        ),
      );
      expect(evaluation.accuracy).toBeGreaterThan(0.8);
      expect(evaluation).toMatchObject({
        selection: 'last-epoch',
        classes: ['a', 'b', 'c'],
        counts: { train: 60, validation: 0, test: 40 },
        settings: {
          learningRate: 0.01,
          epochs: 80,
          milestones: [50, 70],
          weightDecay: 0,
          selectedEpoch: 79,
        },
      });
      expectClose([rates[49] ?? 0, rates[50] ?? 0, rates[79] ?? 0], [0.01, 1e-3, 1e-4], {
        relative: 1e-9,
      });
      expect(epochs).toHaveLength(80);
      expectClose([epochs[0]?.loss ?? NaN], [Math.log(3)], { absolute: 0.1 });
    });

    it('leaves the encoder with the weights of the selected epoch, for every rule', async () => {
      // Overlapping classes make accuracies jump, so that the rules select different epochs.
      const wild = { ...options, learningRate: 0.3, epochs: 12, milestones: [], checkEvery: 1 };
      const stream = createRandom(11);
      const [noisy, asked, chooses] = [60, 40, 30].map((count) => {
        const { features, labels } = clusters(count, { ...shape, spread: 0.5 }, stream);
        return batchesOf(features, labels, 20);
      });
      const clips = sourceOf(noisy ?? [], asked ?? [], chooses);
      const chosen = new Set<number>();
      for (const selectBy of ['last-epoch', 'best-test-epoch', 'validation'] as const) {
        await withEncoder(async (encoder) => {
          const { evaluation, epochs, scores, predictions, weights } = await fineTune(
            { encoder, clips },
            { ...wild, selectBy },
            createRandom(1),
          );
          const by = { 'last-epoch': 'epoch', 'best-test-epoch': 'test', validation: 'validation' };
          const ranked = epochs.map((epoch) => epoch[by[selectBy] as 'epoch'] ?? NaN);
          const selected = evaluation.settings['selectedEpoch'] as number;
          expect(selected).toBe(ranked.indexOf(Math.max(...ranked)));
          expect(evaluation.accuracy).toBe(epochs[selected]?.test);
          expect(evaluation.counts.validation).toBe(selectBy === 'validation' ? 30 : 0);
          chosen.add(selected);
          // Features of the encoder afterwards, times the returned classifier.
          const { features } = await extractFeatures(encoder, clips.test());
          const again = Float32Array.from(scores, (_, i) => {
            const [row, label] = [Math.floor(i / 3), i % 3];
            const f = features.subarray(row * 4, row * 4 + 4);
            return f.reduce(
              (sum, x, d) => sum + x * (weights.weight[label * 4 + d] ?? NaN),
              weights.bias[label] ?? NaN,
            );
          });
          expectClose(again, scores, { relative: 1e-4, absolute: 1e-4 });
          expect(predictionsOf(again, 3)).toEqual(predictions);
        });
      }
      expect(chosen.size).toBe(3);
    });

    it('gives equal results for equal seeds and different ones for different seeds', async () => {
      const run = async (seed: number) =>
        (
          await withEncoder((encoder) =>
            fineTune({ encoder, clips: source }, options, createRandom(seed)),
          )
        ).scores;
      expect(await run(1)).toEqual(await run(1));
      expect(await run(1)).not.toEqual(await run(2));
    });

    it('stops between steps when its signal aborts, and leaks nothing', async () => {
      const controller = new AbortController();
      let steps = 0;
      const aborting = {
        ...source,
        async *train(epoch: number) {
          for await (const batch of source.train(epoch)) {
            steps += 1;
            if (epoch === 1) controller.abort(new Error('enough'));
            yield batch;
          }
        },
      };
      await withEncoder(async (encoder) => {
        const { signal } = controller;
        const run = fineTune(
          { encoder, clips: aborting },
          { ...options, selectBy: 'best-test-epoch', checkEvery: 1, signal },
          createRandom(0),
        );
        await expect(run).rejects.toThrow('enough');
      });
      expect(steps).toBe(4);
    });

    it('interrupted in any epoch and resumed, it ends with the same bytes, for every rule', async () => {
      const wild = { ...options, learningRate: 0.3, epochs: 5, checkEvery: 2 };
      for (const selectBy of ['last-epoch', 'best-test-epoch'] as const) {
        const run = async (checkpoint: CheckpointStore, lastEpoch: number) => {
          const controller = new AbortController();
          const clips = {
            ...source,
            train: (epoch: number) => {
              if (epoch > lastEpoch) controller.abort(new Error('interrupted'));
              return source.train(epoch);
            },
          };
          const { signal } = controller;
          return withEncoder((encoder) =>
            fineTune(
              { encoder, clips },
              { ...wild, selectBy, checkpoint, signal },
              createRandom(3),
            ),
          );
        };
        const [whole, parts] = [memoryStore(), memoryStore()];
        const undisturbed = await run(whole, Infinity);
        for (const lastEpoch of [-1, 0, 2]) {
          await expect(run(parts, lastEpoch)).rejects.toThrow('interrupted');
        }
        expect(await run(parts, Infinity)).toEqual(undisturbed);
        expect(await parts.read()).toEqual(await whole.read());
        // A third call has nothing left to train.
        expect(await run(parts, -1)).toEqual(undisturbed);
      }
    });

    it('ignores a checkpoint with another fingerprint, and refuses a damaged one', async () => {
      const store = memoryStore();
      const run = (changed: Partial<FineTuneOptions>, seed = 0) =>
        withEncoder(async (encoder) => {
          const clips = source;
          const all = { ...options, checkpoint: store, ...changed };
          return (await fineTune({ encoder, clips }, all, createRandom(seed))).scores;
        });
      const alone = { ...memoryStore(), of: 'nothing else' };
      const slower = { learningRate: 0.001 };
      await run({});
      expect(await run(slower)).toEqual(await run({ ...slower, checkpoint: alone }));
      await run({});
      expect(await run({}, 1)).toEqual(await run({ checkpoint: memoryStore() }, 1));
      await run({});
      const other = { ...store, of: 'another run' };
      expect(await run({ checkpoint: other })).toEqual(await run({ checkpoint: memoryStore() }));
      const bytes = (await other.read()) as Uint8Array;
      bytes[bytes.length - 3] = (bytes.at(-3) as number) ^ 1;
      await expect(run({ checkpoint: other })).rejects.toThrow(
        'memory: expected contents of checksum',
      );
    });

    it('refuses options, clips and weights that do not fit', async () => {
      const run = (changed: Partial<FineTuneOptions>, clips = source) =>
        withEncoder(async (encoder) => {
          try {
            await fineTune({ encoder, clips }, { ...options, ...changed }, createRandom(0));
            return 'nothing';
          } catch (error) {
            return String(error);
          }
        });
      expect(await run({ classes: 2 })).toContain('training labels to be in 0..1, got 2 in row 2');
      expect(await run({ epochs: 0 })).toContain(
        'fineTune: expected a positive integer epochs, got 0',
      );
      expect(await run({ learningRate: -1 })).toContain('learningRate to be positive');
      // The loss diverges, or only the weights if a kernel turns NaN into 0.
      expect(await run({ learningRate: 1e30 })).toMatch(
        /expected finite losses|expected finite weights/,
      );
      expect(await run({ initial: { weight: wave(3, 1, 0), bias: wave(3, 1, 0) } })).toContain(
        'fineTune: expected initial to have 12 weights and 3 biases, got 3 and 3',
      );
      const none = sourceOf([], batchesOf(test.features, test.labels, 9));
      expect(await run({}, none)).toContain('at least one batch in epoch 0');
      expect(await run({ selectBy: 'validation' }, none)).toContain(
        "expected validation clips for selectBy 'validation', got none",
      );
      const strange = sourceOf(
        batchesOf(train.features, train.labels, 20),
        batchesOf(test.features, test.labels.map((label) => label + 1), 9), // prettier-ignore
      );
      expect(await run({}, strange)).toContain('test labels to be in 0..2, got 3');
      const [first] = batchesOf(train.features, train.labels, 20);
      const short = first && { ...first, labels: first.labels.subarray(1) };
      expect(await run({}, sourceOf(short ? [short] : [], []))).toContain(
        'to have 120 values and 20 labels, got 120 and 19',
      );
    });
  });
});
