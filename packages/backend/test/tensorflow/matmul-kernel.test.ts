import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { registerMatMulKernel, startBackend } from '@halp/backend';
import { checkNative } from '@halp/tfjs-native';

// Without TensorFlow's library there is nothing to test: these tests are skipped.
const native = (await checkNative()).ready;

interface Product {
  readonly a: readonly number[];
  readonly b: readonly number[];
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
}

/** The shapes, each on one line. */
const TWO_MATRICES: readonly Product[] = [
  { a: [3, 4], b: [4, 5] },
  { a: [4, 3], b: [4, 5], transposeA: true },
  { a: [3, 4], b: [5, 4], transposeB: true },
  { a: [4, 3], b: [5, 4], transposeA: true, transposeB: true },
  { a: [1, 1], b: [1, 1] },
  { a: [64, 128], b: [128, 384] },
];
const FOLDED: readonly Product[] = [
  { a: [16, 256, 128], b: [128, 64] },
  { a: [16, 256, 128], b: [64, 128], transposeB: true },
  { a: [4, 4, 256, 128], b: [128, 64] },
  { a: [1, 128, 4096], b: [1, 128, 64], transposeA: true },
  { a: [4096, 128], b: [1, 1, 128, 64] },
  { a: [16, 256, 128], b: [1, 128, 64] },
];
const STOCK: readonly Product[] = [
  { a: [2, 3, 4], b: [4, 5] }, // too small to benefit
  { a: [16, 128, 256], b: [128, 64], transposeA: true },
  { a: [6, 3, 4], b: [6, 4, 5] },
  { a: [6, 4, 3], b: [6, 5, 4], transposeA: true, transposeB: true },
  { a: [1, 3, 4], b: [6, 4, 5] },
];

function fill(shape: readonly number[], seed: number): tf.Tensor {
  return tf.randomNormal([...shape], 0, 1, 'float32', seed);
}

/** The tests below distinguish the kernels by the operations that they run. */
function operations(work: () => void): string[] {
  const backend = tf.backend() as tf.KernelBackend & {
    executeSingleOutput: (name: string) => unknown;
  };
  const spy = vi.spyOn(backend, 'executeSingleOutput');
  work();
  const names = spy.mock.calls.map(([name]) => name);
  spy.mockRestore();
  return names.filter((name) => name.includes('MatMul'));
}

describe.skipIf(!native)('the matrix product on tensorflow', () => {
  let stock: tf.KernelConfig;
  beforeAll(async () => {
    await startBackend({ prefer: 'tensorflow' });
    stock = registerMatMulKernel();
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  function expected(
    a: tf.Tensor,
    b: tf.Tensor,
    transposeA: boolean,
    transposeB: boolean,
  ): tf.Tensor {
    const given = { inputs: { a, b }, attrs: { transposeA, transposeB }, backend: tf.backend() };
    return stock.kernelFunc(given) as tf.Tensor;
  }

  /** Largest difference from the stock kernel's product, with its shape checked. */
  function difference({
    a: left,
    b: right,
    transposeA = false,
    transposeB = false,
  }: Product): number {
    const before = tf.memory().numTensors;
    const result = tf.tidy(() => {
      const a = fill(left, 1);
      const b = fill(right, 2);
      const want = expected(a, b, transposeA, transposeB);
      const got = tf.matMul(a, b, transposeA, transposeB);
      expect(got.shape).toEqual(want.shape);
      return tf.util.sizeFromShape(got.shape) === 0
        ? 0
        : tf.max(tf.abs(tf.sub(got, want))).dataSync()[0];
    });
    expect(tf.memory().numTensors).toBe(before);
    return result ?? NaN;
  }

  // Sums of up to 128 products of normal numbers, in another order: some units in the last place of about 30.
  const TOLERANCE = 3e-5;

  it.each(TWO_MATRICES)("is oneDNN's for two matrices: %j", (product) => {
    expect(difference(product)).toBeLessThan(TOLERANCE);
    expect(operationsOf(product)).toEqual(['MatMul']);
  });

  it.each(FOLDED)("is oneDNN's for a batch times one matrix: %j", (product) => {
    expect(difference(product)).toBeLessThan(TOLERANCE);
    expect(operationsOf(product)).toEqual(['MatMul']);
  });

  it.each(STOCK)('is the stock one if folding is not exact or not faster: %j', (product) => {
    expect(operationsOf(product)).toEqual(['BatchMatMulV2']);
    expect(difference(product)).toBe(0);
  });

  function operationsOf({ a, b, transposeA, transposeB }: Product): string[] {
    return tf.tidy(() => {
      const [left, right] = [tf.zeros([...a]), tf.zeros([...b])];
      return operations(() => tf.matMul(left, right, transposeA, transposeB));
    });
  }

  it('equals the stock kernel for any shapes', () => {
    const size = fc.integer({ min: 0, max: 40 });
    const batch = fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 2 });
    fc.assert(
      fc.property(
        batch,
        size,
        size,
        size,
        fc.boolean(),
        fc.boolean(),
        (b, m, k, n, transposeA, transposeB) => {
          const a = [...b, ...(transposeA ? [k, m] : [m, k])];
          expect(
            difference({ a, b: transposeB ? [n, k] : [k, n], transposeA, transposeB }),
          ).toBeLessThan(TOLERANCE);
        },
      ),
      { seed: 1, numRuns: 100 },
    );
  });

  it('keeps NaN', () => {
    const product = tf.tidy(() =>
      tf
        .matMul(
          [
            [NaN, 1],
            [Infinity, 0],
          ],
          [
            [0, 1],
            [1, 0],
          ],
        )
        .dataSync(),
    );
    expect([...product]).toEqual([NaN, NaN, NaN, Infinity]);
  });

  it('leaves integers to the stock kernel', () => {
    tf.tidy(() => {
      const [a, b] = [tf.tensor2d([[2 ** 24 + 1]], [1, 1], 'int32'), tf.scalar(1, 'int32')];
      let product: tf.Tensor = a;
      const ran = operations(() => {
        product = tf.matMul(a, tf.reshape(b, [1, 1]));
      });
      expect(ran).toEqual(['BatchMatMulV2']);
      expect([...product.dataSync()]).toEqual([2 ** 24 + 1]);
    });
  });

  it.each([
    { a: [3, 4], b: [4, 5] },
    { a: [640, 128], b: [128, 384] },
  ] as const)('has the gradient of the stock kernel: %j', ({ a: left, b: right }) => {
    tf.tidy(() => {
      const [a, b, upstream] = [fill(left, 1), fill(right, 2), fill([left[0], right[1]], 3)];
      const [da = a, db = b] = tf.grads((x, y) => tf.matMul(x, y))([a, b], upstream);
      const off = [
        tf.sub(da, expected(upstream, b, false, true)),
        tf.sub(db, expected(a, upstream, true, false)),
      ];
      // Sums of up to 640 products.
      for (const each of off) expect(tf.max(tf.abs(each)).dataSync()[0]).toBeLessThan(1e-4);
    });
  });

  it('applies to tf.fused.matMul', () => {
    tf.tidy(() => {
      const [a, b, bias] = [fill([2048, 128], 1), fill([128, 128], 2), fill([128], 3)];
      let fused = tf.zeros([1]);
      const ran = operations(() => {
        fused = tf.fused.matMul({ a, b, bias, activation: 'relu' });
      });
      expect(ran).toEqual(['MatMul']);
      const plain = tf.relu(tf.add(expected(a, b, false, false), bias));
      expect(tf.max(tf.abs(tf.sub(fused, plain))).dataSync()[0]).toBeLessThan(TOLERANCE);
    });
  });

  it('is registered once, however often it is called', () => {
    const registered = tf.getKernel('BatchMatMul', 'tensorflow');
    const warn = vi.spyOn(console, 'warn');
    expect(registerMatMulKernel()).toBe(stock);
    expect(tf.getKernel('BatchMatMul', 'tensorflow')).toBe(registered);
    expect(warn).not.toHaveBeenCalled();
  });
});
