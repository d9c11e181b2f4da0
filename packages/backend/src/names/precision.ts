import * as tf from '@tensorflow/tfjs-core';
import type { Changes } from '../changes/changes.ts';

/**
 * What the factors of the products of a GRU are kept as: `float32`, or `bfloat16`, rounded to the nearest number of 8 bits
 * (ties to even), two of which a processor multiplies in the time of one.
 *
 * Sums, states, gates, normalisation, weights, gradients, losses and optimizers are float32 in both.
 */
export type Precision = 'float32' | 'bfloat16';

/** Every precision, the default first. */
export const PRECISIONS: readonly Precision[] = ['float32', 'bfloat16'];

/** Whether a text names a precision. */
export function isPrecision(text: string): text is Precision {
  return PRECISIONS.some((name) => name === text);
}

/** A backend of TensorFlow.js that has been told how to multiply. */
interface Told extends tf.KernelBackend {
  halpPrecision?: Precision;
}

/** The precision with which the backend that runs now multiplies; `float32` where none has been started. */
export function currentPrecision(): Precision {
  const name = tf.getBackend() as string | undefined;
  const backend = name === undefined ? null : tf.findBackend(name);
  return backend === null ? 'float32' : precisionOf(backend);
}

/** The precision of a backend. */
export function precisionOf(backend: tf.KernelBackend): Precision {
  return (backend as Told).halpPrecision ?? 'float32';
}

/** Tells the backend that runs now how to multiply. */
export function setPrecision(precision: Precision, changes: Changes): void {
  const backend: Told = tf.backend();
  const before = precisionOf(backend);
  backend.halpPrecision = precision;
  changes.add(() => {
    backend.halpPrecision = before;
  });
}
