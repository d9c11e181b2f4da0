import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { Pass } from '@halp/nn';
import { onEachBackend } from '@halp/testing';
import type { FeatureBatch } from '../../src/index.ts';
import { extractFeatures } from '../../src/index.ts';

const shape = [2, 3, 4, 5, 1] as const;

/** A batch whose clip n is filled with `first + n`. */
function batch(first: number, count: number): FeatureBatch {
  const [, C, T, V, M] = shape;
  const view = Float32Array.from({ length: count * C * T * V * M }, (_, i) =>
    Math.floor(first + i / (C * T * V * M)),
  );
  const labels = Int32Array.from({ length: count }, (_, n) => first + n);
  return { views: [view], shape: [count, C, T, V, M], labels };
}

/** Sum and mean of a clip. */
const encoder = {
  apply: (x: tf.Tensor5D) =>
    tf.stack([tf.sum(x, [1, 2, 3, 4]), tf.mean(x, [1, 2, 3, 4])], 1) as tf.Tensor2D,
};

describe('extractFeatures', () => {
  onEachBackend(() => {
    it("returns the encoder's output for each clip in order, also for a smaller last batch", async () => {
      async function* batches() {
        await Promise.resolve();
        yield batch(0, 2);
        yield batch(2, 2);
        yield batch(4, 1);
      }
      const { features, labels } = await extractFeatures(encoder, batches());
      expect([...labels]).toEqual([0, 1, 2, 3, 4]);
      expect([...features]).toEqual([0, 0, 60, 1, 120, 2, 180, 3, 240, 4]);
    });

    it('copies its input, so that a loader may reuse the memory', async () => {
      function* batches() {
        const shared = batch(0, 2);
        for (const first of [0, 7]) {
          const { views, labels } = batch(first, 2);
          shared.views[0]?.set(views[0] ?? []);
          shared.labels.set(labels);
          yield shared;
        }
      }
      const { features, labels } = await extractFeatures(encoder, batches());
      expect([...labels]).toEqual([0, 1, 7, 8]);
      expect([...features]).toEqual([0, 0, 60, 1, 420, 7, 480, 8]);
    });

    it('runs the encoder in eval mode and holds one batch of tensors at a time', async () => {
      const before = tf.memory().numTensors;
      const modes: string[] = [];
      const alive: number[] = [];
      const watching = {
        apply(x: tf.Tensor5D, { mode }: Pass) {
          modes.push(mode);
          alive.push(tf.memory().numTensors - before);
          return encoder.apply(x);
        },
      };
      await extractFeatures(watching, [batch(0, 2), batch(2, 2), batch(4, 2)]);
      expect(modes).toEqual(['eval', 'eval', 'eval']);
      expect(alive).toEqual([1, 1, 1]);
      expect(tf.memory().numTensors).toBe(before);
    });

    it('refuses no batches, a batch that contradicts its shape and outputs that are not finite', async () => {
      await expect(extractFeatures(encoder, [])).rejects.toThrow('got 0 values and 0 labels');
      const short = { ...batch(0, 2), shape: [3, 3, 4, 5, 1] as const };
      await expect(extractFeatures(encoder, [short])).rejects.toThrow(
        'a batch of shape [3, 3, 4, 5, 1] to have 180 values and 3 labels, got 120 and 2',
      );
      const flat = { apply: (x: tf.Tensor5D) => tf.sum(x, [0, 2, 3, 4]) as unknown as tf.Tensor2D };
      await expect(extractFeatures(flat, [batch(0, 2)])).rejects.toThrow(
        'extractFeatures: expected features [2, D] from the encoder, got [3]',
      );
      const nan = { apply: (x: tf.Tensor5D) => tf.log(tf.neg(encoder.apply(x))) };
      await expect(extractFeatures(nan, [batch(1, 2)])).rejects.toThrow('got NaN in row 0');
    });
  });
});
