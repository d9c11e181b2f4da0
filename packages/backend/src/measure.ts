import * as tf from '@tensorflow/tfjs-core';
import { expectNumber, expectOptions, type OptionNames } from '@halp/random/check';

/** Options of `measureMatMul`. */
export interface MeasureOptions {
  /** The duration of the measurement in milliseconds, without finding a suitable size. */
  readonly duration?: number;
}

/** A measured rate. */
export interface MatMulRate {
  /** Floating-point operations per second, in units of 1e9, of the fastest measured product. */
  readonly gflops: number;
  /** The matrices were `[size, size]`. */
  readonly size: number;
}

const optionNames: OptionNames<MeasureOptions> = {
  duration: true,
};

/**
 * The rate of float32 matrix products on the current backend, 2 · size³ operations each.
 *
 * The size doubles from 128 up to 2048 until one product takes 4 ms. The fastest product counts, since other load on the
 * machine only makes products slower.
 */
export async function measureMatMul(options: MeasureOptions = {}): Promise<MatMulRate> {
  const { duration = 300 } = expectOptions('measureMatMul', options, optionNames);
  expectNumber('measureMatMul', 'duration', duration);
  let size = 128;
  await fastest(size, 0);
  while (size < 2048 && (await fastest(size, 0)) < 4) size *= 2;
  const milliseconds = await fastest(size, duration);
  return { gflops: (2 * size ** 3) / (milliseconds * 1e6), size };
}

/** The shortest time of a product, in milliseconds, within `duration` and over at least three products. */
async function fastest(size: number, duration: number): Promise<number> {
  const a = tf.fill([size, size], 0.5);
  const b = tf.fill([size, size], 0.25);
  const begin = performance.now();
  let best = Infinity;
  for (let count = 0; count < 3 || performance.now() - begin < duration; count += 1) {
    const start = performance.now();
    const product = tf.matMul(a, b);
    const corner = tf.slice(product, [0, 0], [1, 1]);
    // Some backends only queue the work until it is read.
    await corner.data();
    best = Math.min(best, performance.now() - start);
    tf.dispose([product, corner]);
  }
  tf.dispose([a, b]);
  return best;
}
