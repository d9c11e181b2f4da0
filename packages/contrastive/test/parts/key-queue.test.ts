import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createKeyQueue } from '@halp/contrastive';
import { createRandom } from '@halp/random';
import { expectClose, onEachBackend } from '@halp/testing';

/** A batch whose key i is [i, -i], so that all keys differ. */
const numbered = (from: number, count: number): tf.Tensor2D =>
  tf.tensor2d(
    Array.from({ length: count }, (_, i) => [from + i, -from - i]),
    [count, 2],
  );

const firstColumn = (rows: tf.Tensor2D): number[] =>
  Array.from(rows.dataSync()).filter((_, i) => i % 2 === 0);

describe('a key queue', () => {
  onEachBackend(() => {
    it('is initialised with random unit rows determined by its seed', () => {
      const [a, b, c] = [0, 0, 1].map((seed) =>
        createKeyQueue({ size: 50, dimension: 8 }, createRandom(seed)),
      ) as [
        ReturnType<typeof createKeyQueue>,
        ReturnType<typeof createKeyQueue>,
        ReturnType<typeof createKeyQueue>,
      ];
      tf.tidy(() => {
        expectClose(tf.norm(a.keys, 2, 1), new Array<number>(50).fill(1), { absolute: 1e-6 });
        expectClose(a.keys, b.keys, { absolute: 0 });
        expect(tf.max(tf.abs(tf.sub(a.keys, c.keys))).dataSync()[0]).toBeGreaterThan(0.5);
        // Uniform on the sphere: the mean of 400 coordinates has a standard deviation of 0.018.
        expectClose(tf.mean(a.keys), [0], { absolute: 0.07 });
      });
      for (const queue of [a, b, c]) queue.dispose();
    });

    it('holds the K newest keys in ring order for any batch sizes', () => {
      const sizes = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 12 });
      fc.assert(
        fc.property(sizes, fc.integer({ min: 1, max: 7 }), (batches, count) => {
          const queue = createKeyQueue({ size: 7, dimension: 2 }, createRandom(0));
          const ring = firstColumn(queue.keys);
          let written = 0;
          for (const size of batches) {
            const keys = numbered(written + 1, size);
            queue.enqueue(keys);
            keys.dispose();
            for (let i = 0; i < size; i++) ring[(written + i) % 7] = written + i + 1;
            written += size;
          }
          expect(firstColumn(queue.keys)).toEqual(ring);
          expect(queue.state['queue_ptr']?.dataSync()[0]).toBe(written % 7);
          const newest = queue.newest(count);
          expect(firstColumn(newest)).toEqual(
            Array.from({ length: count }, (_, i) => ring[(written + 7 - count + i) % 7]),
          );
          newest.dispose();
          queue.dispose();
        }),
        { seed: 1, numRuns: 50 },
      );
    });

    it('wraps around at its end: the rest of the batch is written at the start', () => {
      const queue = createKeyQueue({ size: 5, dimension: 2 }, createRandom(0));
      const [first, second] = [numbered(1, 4), numbered(5, 3)];
      queue.enqueue(first);
      queue.enqueue(second);
      expectClose(queue.keys, [6, -6, 7, -7, 3, -3, 4, -4, 5, -5], { absolute: 0 });
      const newest = queue.newest(4);
      expectClose(newest, [4, -4, 5, -5, 6, -6, 7, -7], { absolute: 0 });
      tf.dispose([first, second, newest]);
      queue.dispose();
    });

    it('keeps its keys when the batch is disposed or has exactly its length', () => {
      const queue = createKeyQueue({ size: 3, dimension: 2 }, createRandom(0));
      const batch = numbered(1, 3);
      queue.enqueue(batch);
      batch.dispose();
      expectClose(queue.keys, [1, -1, 2, -2, 3, -3], { absolute: 0 });
      const all = queue.newest(3);
      all.dispose();
      expectClose(queue.keys, [1, -1, 2, -2, 3, -3], { absolute: 0 });
      queue.dispose();
    });

    it('continues at a restored pointer', () => {
      const queue = createKeyQueue({ size: 4, dimension: 2 }, createRandom(0));
      tf.tidy(() => {
        queue.state['queue']?.assign(numbered(1, 4));
        queue.state['queue_ptr']?.assign(tf.tensor1d([3], 'int32'));
        queue.enqueue(numbered(8, 2));
        expectClose(queue.keys, [9, -9, 2, -2, 3, -3, 8, -8], { absolute: 0 });
      });
      queue.dispose();
    });

    it('rejects a batch that is longer than the queue, empty or of another key length, and does not change', () => {
      const queue = createKeyQueue({ size: 3, dimension: 2 }, createRandom(0));
      const before = firstColumn(queue.keys);
      tf.tidy(() => {
        expect(() => queue.enqueue(numbered(0, 4))).toThrow(
          new RangeError(
            'enqueue: expected keys [N, 2] with N in [1, 3], got shape [4, 2]; use a longer queue or smaller batches',
          ),
        );
        expect(() => queue.enqueue(tf.zeros([0, 2]))).toThrow(RangeError);
        expect(() => queue.enqueue(tf.ones([1, 1]))).toThrow(RangeError);
        expect(() => queue.enqueue(tf.ones([2]) as unknown as tf.Tensor2D)).toThrow(RangeError);
      });
      expect(firstColumn(queue.keys)).toEqual(before);
      for (const count of [0, 4, 1.5, NaN]) {
        expect(() => queue.newest(count)).toThrow(
          new RangeError(`newest: expected count to be an integer in [1, 3], got ${count}`),
        );
      }
      queue.dispose();
    });

    it('rejects an invalid size or dimension', () => {
      for (const size of [0, -1, 2.5, NaN]) {
        expect(() => createKeyQueue({ size, dimension: 2 }, createRandom(0))).toThrow(
          new RangeError(`createKeyQueue: expected a positive integer size, got ${size}`),
        );
      }
      expect(() => createKeyQueue({ size: 2, dimension: 0 }, createRandom(0))).toThrow(
        /dimension, got 0/,
      );
    });
  });
});
