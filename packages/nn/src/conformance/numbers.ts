import * as tf from '@tensorflow/tfjs-core';
import type { Params } from '../layer/params.ts';

/** The numbers of a tensor, which is disposed. */
export async function numbersOf(tensor: tf.Tensor): Promise<Float32Array> {
  const values = Float32Array.from(await tensor.data<'float32'>());
  tensor.dispose();
  return values;
}

/** The numbers of variables, by name. */
export async function snapshot(params: Params): Promise<Readonly<Record<string, Float32Array>>> {
  const values: Record<string, Float32Array> = {};
  for (const [name, variable] of Object.entries(params)) {
    values[name] = Float32Array.from(await variable.data<'float32'>());
  }
  return values;
}

/** Sets variables to the values of a snapshot. */
export function restore(params: Params, values: Readonly<Record<string, Float32Array>>): void {
  for (const [name, variable] of Object.entries(params)) {
    const { shape, dtype } = variable;
    const numbers = values[name] as Float32Array;
    tf.tidy(() =>
      variable.assign(
        tf.tensor(dtype === 'int32' ? Int32Array.from(numbers) : numbers, shape, dtype),
      ),
    );
  }
}

/** The names of the variables that differ between two snapshots. */
export function changedBetween(
  before: Readonly<Record<string, Float32Array>>,
  after: Readonly<Record<string, Float32Array>>,
): readonly string[] {
  return Object.keys(before).filter((name) => {
    const [a, b] = [before[name] as Float32Array, after[name] as Float32Array];
    return a.some((x, i) => x !== b[i]);
  });
}

/** max|a − b| relative to max|a|; NaN if a number is not finite. */
export function difference(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return Infinity;
  const apart = largest(a.map((x, i) => x - (b[i] as number)));
  return apart === 0 ? 0 : apart / Math.max(largest(a), 1e-12);
}

/** max|a|; NaN if a contains one. */
export function largest(a: Float32Array): number {
  return a.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
}
