import * as tf from '@tensorflow/tfjs-core';
import { type ClipBatch, type Layer, tensorOf } from '@halp/nn';
import {
  expectArray,
  expectFunction,
  expectObject,
  expectPositiveIntegers,
  gotText,
} from '@halp/random/check';
import { expectTyped } from './typed.ts';

/** Feature vectors of n clips with their labels; plain data that owns no tensors. */
export interface Features {
  /** `[n, D]`, row-major, finite. */
  readonly features: Float32Array;
  /** `[n]`, the class of each row, from 0. */
  readonly labels: Int32Array;
}

/** The part of a loader's batch that {@link extractFeatures} reads; of its views only the first. */
export interface FeatureBatch extends ClipBatch {
  /** `[N]`, the class of each clip, from 0. */
  readonly labels: Int32Array;
}

/**
 * The encoder's outputs for every clip of `batches`, in their order: `[n, D]` and the labels.
 *
 * The encoder runs in eval mode on the first view of each batch, so batch sizes do not change the
 * result. At any time only one batch is held in tensors, and a batch is not read after the next
 * one is requested, so a loader may reuse its memory.
 *
 * @param encoder - any network that maps `[N, C, T, V, M]` to `[N, D]`; it is not disposed.
 * @param batches - for example one epoch of a loader without shuffling and without `dropLast`.
 * @throws RangeError if there is no clip, a batch contradicts its shape, or an output is not finite.
 *
 * @example
 * ```ts
 * const { features, labels } = await extractFeatures(encoder, loader.epoch(0));
 * ```
 */
export async function extractFeatures(
  encoder: Pick<Layer<tf.Tensor5D, tf.Tensor2D>, 'apply'>,
  batches: AsyncIterable<FeatureBatch> | Iterable<FeatureBatch>,
): Promise<Features> {
  expectFunction(
    'extractFeatures',
    'an encoder with apply(x, pass)',
    (encoder as typeof encoder | undefined)?.apply,
  );
  expectBatches(batches);
  const features: Float32Array[] = [];
  const labels: Int32Array[] = [];
  let size: number | undefined;
  for await (const batch of batches) {
    const output = encode(encoder, batch);
    try {
      size = checkedSize(output.shape, batch.shape[0], size);
      // A JavaScript backend may return the batch's own memory.
      features.push(Float32Array.from(await output.data()));
    } finally {
      output.dispose();
    }
    labels.push(Int32Array.from(batch.labels));
  }
  const result = {
    features: concatenate(features, (length) => new Float32Array(length)),
    labels: concatenate(labels, (length) => new Int32Array(length)),
  };
  checkFeatures('extractFeatures', 'outputs', result);
  return result;
}

/**
 * D, the size of one feature vector.
 *
 * @param caller - the public function to name in an error.
 * @param what - the name of the features in that error.
 * @throws RangeError if there are no rows, rows and labels disagree, or a value is not finite.
 */
export function checkFeatures(caller: string, what: string, all: Features): number {
  const { features, labels } = expectObject(caller, all, `${what} { features, labels }`);
  expectTyped(caller, `the values of ${what}`, features, Float32Array);
  expectTyped(caller, `the labels of ${what}`, labels, Int32Array);
  const size = features.length / labels.length;
  if (!Number.isInteger(size) || size === 0) {
    throw new RangeError(
      `${caller}: expected ${what} to be [n, D] with n labels, n and D at least 1, ` +
        `got ${features.length} values and ${labels.length} labels`,
    );
  }
  checkVectors(caller, what, features, size);
  return size;
}

/**
 * Throws unless the values are at least one row of `size` finite numbers.
 *
 * @param caller - the public function to name in an error.
 * @param what - the name of the rows in that error.
 * @throws RangeError with the length found, or the first value that is not finite.
 */
export function checkVectors(
  caller: string,
  what: string,
  values: Float32Array,
  size: number,
): void {
  expectTyped(caller, what, values, Float32Array);
  expectPositiveIntegers(caller, { size });
  if (values.length === 0 || values.length % size !== 0) {
    throw new RangeError(
      `${caller}: expected ${what} to be [n, ${size}], n at least 1, got ${values.length} values`,
    );
  }
  const broken = values.findIndex((value) => !Number.isFinite(value));
  if (broken >= 0) {
    throw new RangeError(
      `${caller}: expected ${what} to be finite, got ${values[broken]} in row ${Math.floor(broken / size)}`,
    );
  }
}

/**
 * Throws unless the features have `size` values a row.
 *
 * @throws RangeError otherwise, and as {@link checkFeatures}.
 */
export function checkSameSize(
  caller: string,
  what: string,
  features: Features,
  size: number,
): void {
  const got = checkFeatures(caller, what, features);
  if (got !== size) {
    throw new RangeError(
      `${caller}: expected ${what} to have ${size} features like the gallery, got ${got}`,
    );
  }
}

/** The selected rows of features, in the order of `rows`. */
export function rowsOf({ features, labels }: Features, rows: Int32Array): Features {
  const size = features.length / labels.length;
  const chosen = new Float32Array(rows.length * size);
  rows.forEach((row, i) => chosen.set(features.subarray(row * size, (row + 1) * size), i * size));
  return { features: chosen, labels: rows.map((row) => labels[row] ?? -1) };
}

function encode(
  encoder: Pick<Layer<tf.Tensor5D, tf.Tensor2D>, 'apply'>,
  batch: FeatureBatch,
): tf.Tensor2D {
  return tf.tidy(() => encoder.apply(clipsOf('extractFeatures', batch), { mode: 'eval' }));
}

/**
 * The first view of a batch as a tensor `[N, C, T, V, M]`, which the caller disposes.
 *
 * @param caller - the public function to name in an error.
 * @throws RangeError if the batch contradicts its shape.
 */
export function clipsOf(caller: string, batch: FeatureBatch): tf.Tensor5D {
  const { views, shape, labels } = expectObject(caller, batch, 'a batch { views, shape, labels }');
  expectArray(caller, 'the views of a batch as a list', views);
  expectTyped(caller, 'the view of a batch', views[0] as Float32Array, Float32Array);
  expectTyped(caller, 'the labels of a batch', labels, Int32Array);
  const [view] = views;
  const length = shape.reduce((product, size) => product * size, 1);
  if (view?.length !== length || labels.length !== shape[0]) {
    throw new RangeError(
      `${caller}: expected a batch of shape [${shape.join(', ')}] to have ${length} values and ` +
        `${shape[0]} labels, got ${view?.length ?? 'no view'} and ${labels.length}`,
    );
  }
  return tensorOf(batch, 0);
}

function checkedSize(
  shape: readonly number[],
  rows: number,
  previous: number | undefined,
): number | undefined {
  const size = previous ?? shape[1];
  if (shape.length !== 2 || shape[0] !== rows || shape[1] !== size) {
    throw new RangeError(
      `extractFeatures: expected features [${rows}, ${previous ?? 'D'}] from the encoder, got [${shape.join(', ')}]`,
    );
  }
  return size;
}

function concatenate<T extends Float32Array | Int32Array>(
  parts: readonly T[],
  allocate: (length: number) => T,
): T {
  const whole = allocate(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

function expectBatches(batches: AsyncIterable<FeatureBatch> | Iterable<FeatureBatch>): void {
  const given = (batches ?? {}) as Partial<AsyncIterable<unknown> & Iterable<unknown>>;
  if (typeof batches === 'object' && (given[Symbol.asyncIterator] ?? given[Symbol.iterator]))
    return;
  throw new TypeError(`extractFeatures: expected batches to iterate over, got ${gotText(batches)}`);
}
