import * as tf from '@tensorflow/tfjs-core';
import { createRandom } from '@halp/random';
import { expectClose } from '@halp/testing';

/** Rows of JavaScript numbers, for oracles in float64. */
export type Rows = readonly (readonly number[])[];

/** Standard normal numbers, rounded to float32. */
export function randomRows(seed: number, rows: number, columns: number): Rows {
  const rng = createRandom(seed);
  return Array.from({ length: rows }, () =>
    Array.from({ length: columns }, () => Math.fround(rng.normal())),
  );
}

/** Each row divided by its norm. */
export function unitRows(rows: Rows): Rows {
  return rows.map((row) => row.map((value) => value / Math.hypot(...row)));
}

export function matrix(rows: Rows): tf.Tensor2D {
  return tf.tensor2d(
    rows.map((row) => [...row]),
    [rows.length, (rows[0] as readonly number[]).length],
  );
}

export function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
}

/** Dot products of every row with every other row. */
export function products(a: Rows, b: Rows): Rows {
  return a.map((row) => b.map((other) => dot(row, other)));
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** log sum exp without subtracting the maximum; for small logits only. */
export function logSumExp(values: readonly number[]): number {
  return Math.log(values.reduce((sum, value) => sum + Math.exp(value), 0));
}

/** The indices of the largest values, by sorting. */
export function largest(values: readonly number[], count: number): number[] {
  return values
    .map((value, place) => ({ value, place }))
    .sort((one, other) => other.value - one.value)
    .slice(0, count)
    .map(({ place }) => place);
}

/** Asserts that no gradient of `f` reaches x. */
export function expectNoGradient(f: (x: tf.Tensor2D) => tf.Tensor, x: tf.Tensor2D): void {
  // The sum always depends on x, so that tf.grad finds a path.
  const gradient = tf.grad((input: tf.Tensor) => tf.add(f(input as tf.Tensor2D), tf.sum(input)))(x);
  expectClose(gradient, tf.onesLike(x), { absolute: 0 });
}

/** The message of the thrown error, or a text that no expectation matches. */
export function messageOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return error instanceof RangeError ? error.message : `not a RangeError: ${String(error)}`;
  }
  return 'nothing thrown';
}
