import * as tf from '@tensorflow/tfjs-core';
import type { Changes } from '../changes/changes.ts';

/**
 * The number format of the factors in a GRU's products: `float32`, or `bfloat16`, rounded to the nearest 8-bit significand
 * (ties to even), of which a processor can multiply two in the time of one float32.
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

/** A TensorFlow.js backend with its precision. */
interface Told extends tf.KernelBackend {
  halpPrecision?: Precision;
}

/** The precision of the running backend; `float32` if none has been started. */
export function currentPrecision(): Precision {
  const name = tf.getBackend() as string | undefined;
  const backend = name === undefined ? null : tf.findBackend(name);
  return backend === null ? 'float32' : precisionOf(backend);
}

/** The precision of a backend. */
export function precisionOf(backend: tf.KernelBackend): Precision {
  return (backend as Told).halpPrecision ?? 'float32';
}

/** Sets the precision of the running backend. */
export function setPrecision(precision: Precision, changes: Changes): void {
  const backend: Told = tf.backend();
  const before = precisionOf(backend);
  backend.halpPrecision = precision;
  changes.add(() => {
    backend.halpPrecision = before;
  });
}
