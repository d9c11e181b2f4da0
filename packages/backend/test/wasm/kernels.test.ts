import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { createChanges } from '../../src/changes/changes.ts';
import { startBackend } from '../../src/start.ts';
import { registerWasmKernels, stockWasmKernel } from '../../src/wasm/kernels.ts';

beforeAll(async () => {
  await startBackend({ prefer: 'wasm' });
});

const noise = (shape: number[], seed: number): tf.Tensor =>
  tf.randomNormal(shape, 0, 1, 'float32', seed);

/** The output of the replaced kernel for the same inputs. */
function stock(name: string, inputs: Record<string, tf.Tensor>, attrs: object): tf.Tensor[] {
  const { kernelFunc } = stockWasmKernel(name);
  const infos = kernelFunc({ inputs, attrs: { ...attrs }, backend: tf.backend() });
  return [infos].flat().map((info) => tf.engine().makeTensorFromTensorInfo(info));
}

describe('the wasm product', () => {
  it('equals the stock kernel for every rank, batch and transposition', () => {
    const size = fc.integer({ min: 1, max: 9 });
    fc.assert(
      fc.property(
        fc.record({ m: size, k: size, n: size }),
        fc.constantFrom([], [1], [2], [5], [2, 3]),
        fc.boolean(),
        fc.boolean(),
        ({ m, k, n }, batch, transposeA, transposeB) => {
          const before = tf.memory().numTensors;
          tf.tidy(() => {
            const a = noise([...batch, ...(transposeA ? [k, m] : [m, k])], 1);
            const b = noise([...batch, ...(transposeB ? [n, k] : [k, n])], 2);
            const ours = tf.matMul(a, b, transposeA, transposeB);
            const [theirs] = stock(tf.BatchMatMul, { a, b }, { transposeA, transposeB });
            expect(ours.shape).toEqual([...batch, m, n]);
            const apart = tf.max(tf.abs(tf.sub(ours, theirs as tf.Tensor))).dataSync()[0];
            // Nine products of normals: a sum below 30, rounded nine times.
            expect(apart).toBeLessThan(1e-5);
          });
          expect(tf.memory().numTensors).toBe(before);
        },
      ),
      { seed: 1, numRuns: 100 },
    );
  });

  it('equals a hand-written loop', () => {
    const product = tf.matMul(
      tf.tensor2d([1, 2, 3, 4], [2, 2]),
      tf.tensor2d([5, 6, 7, 8], [2, 2]),
      true,
      false,
    );
    expect([...product.dataSync()]).toEqual([26, 30, 38, 44]);
    product.dispose();
  });

  it('leaves one batch against many to the stock kernel', () => {
    tf.tidy(() => {
      const [a, b] = [noise([3, 2, 4], 1), noise([4, 5], 2)];
      const ours = tf.matMul(a, b);
      expect(ours.shape).toEqual([3, 2, 5]);
      const each = tf.unstack(a).map((matrix) => tf.matMul(matrix, b));
      expect(tf.max(tf.abs(tf.sub(ours, tf.stack(each)))).dataSync()[0]).toBeLessThan(1e-5);
    });
  });
});

describe('unstacking on wasm', () => {
  it.each([
    { shape: [3, 2, 4], axis: 0 },
    { shape: [3, 2, 4], axis: 1 },
    { shape: [3, 2, 4], axis: 2 },
    { shape: [5], axis: 0 },
    { shape: [1, 3], axis: 0 },
  ])('equals the stock kernel for $shape along $axis', ({ shape, axis }) => {
    tf.tidy(() => {
      for (const value of [noise(shape, 3), tf.cast(tf.mul(noise(shape, 3), 9), 'int32')]) {
        const ours = tf.unstack(value, axis);
        const theirs = stock(tf.Unpack, { value }, { axis });
        expect(ours.map((part) => [part.shape, part.dtype, ...part.dataSync()])).toEqual(
          theirs.map((part) => [part.shape, part.dtype, ...part.dataSync()]),
        );
      }
    });
  });

  it('returns independent parts: writing to one does not change another', () => {
    const whole = tf.tensor2d([1, 2, 3, 4], [2, 2]);
    const [first, second] = tf.unstack(whole) as [tf.Tensor, tf.Tensor];
    whole.dispose();
    first.dispose();
    expect([...second.dataSync()]).toEqual([3, 4]);
    second.dispose();
  });
});

describe('registerWasmKernels', () => {
  it('keeps the stock kernels when called again', () => {
    const before = stockWasmKernel(tf.BatchMatMul);
    registerWasmKernels(createChanges());
    expect(stockWasmKernel(tf.BatchMatMul)).toBe(before);
    expect(() => stockWasmKernel('Add')).toThrow("expected a replaced kernel, got 'Add'");
  });
});
