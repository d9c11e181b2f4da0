import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { type ViewBatch, type ViewLoader, viewPairs } from '@halp/contrastive';
import { expectNoLeak, onEachBackend } from '@halp/testing';
import { read } from './embedder.ts';

const numbers = (first: number): Float32Array =>
  Float32Array.from({ length: 12 }, (_, i) => first + i);

/** A loader of two batches of two clips [3, 2, 1, 1]; the numbers of view i in step s start at 100 i + s. */
function loader(views = 2, { broken = false } = {}): ViewLoader & { readonly ended: number[] } {
  const ended: number[] = [];
  return {
    ended,
    async *epoch(epoch, fromStep = 0) {
      try {
        for (let step = fromStep; step < 2; step++) {
          const batch: ViewBatch = {
            views: Array.from({ length: views }, (_, view) => numbers(view * 100 + step)),
            shape: [2, 3, 2, 1, 1],
            labels: Int32Array.of(step, 4),
            names: [`clip ${step}`, 'clip 4'],
          };
          yield broken ? { ...batch, views: [numbers(0), new Float32Array(3)] } : batch;
        }
      } finally {
        ended.push(epoch);
      }
    },
  };
}

onEachBackend(() => {
  it('viewPairs yields both views of every batch, and leaks no tensor if the loop disposes them', async () => {
    await expectNoLeak(async () => {
      const seen: unknown[] = [];
      for await (const { input, clips, names } of viewPairs(loader())(0)) {
        expect(Object.keys(input)).toEqual(['query', 'key']);
        expect(input.query.shape).toEqual([2, 3, 2, 1, 1]);
        seen.push([read(input.query)[0], read(input.key)[0], clips, names[0]]);
        tf.dispose({ ...input });
      }
      expect(seen).toEqual([
        [0, 100, 2, 'clip 0'],
        [1, 101, 2, 'clip 1'],
      ]);
    });
  });

  it('viewPairs yields the extreme view and the labels if requested', async () => {
    await expectNoLeak(async () => {
      for await (const { input } of viewPairs(loader(3), { extreme: true })(0, 1)) {
        expect(read(input.extreme)[0]).toBe(201);
        tf.dispose({ ...input });
      }
      for await (const { input } of viewPairs(loader(), { labels: true })(0, 1)) {
        expect(input.labels.dtype).toBe('int32');
        expect(read(input.labels)).toEqual([1, 4]);
        tf.dispose({ ...input });
      }
    });
  });
});

describe('viewPairs', () => {
  it('ends the epoch of the loader when the loop ends early', async () => {
    const source = loader();
    for await (const { input } of viewPairs(source)(7)) {
      tf.dispose({ ...input });
      break;
    }
    expect(source.ended).toEqual([7]);
  });

  it('leaks no tensor of a batch whose second view has a wrong length', async () => {
    await expectNoLeak(async () => {
      const first = viewPairs(loader(2, { broken: true }))(0).next();
      await expect(first).rejects.toThrow('tensorOf: expected 12 numbers in view 1');
    });
  });

  it('rejects batches with another number of views', async () => {
    const refused = (views: number, options = {}) =>
      expect(viewPairs(loader(views), options)(0).next()).rejects;
    await refused(1).toThrow('viewPairs: expected 2 views a batch, got 1');
    await refused(3).toThrow('viewPairs: expected 2 views a batch, got 3; give the loader two');
    await refused(2, { extreme: true }).toThrow('viewPairs: expected 3 views a batch, got 2');
  });
});
