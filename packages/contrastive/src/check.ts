import * as tf from '@tensorflow/tfjs-core';
import { expectTensor } from '@halp/nn/check';
import { expectInteger, expectObject, gotText } from '@halp/random/check';

/** `[2, 3]` */
export const shapeText = (tensor: tf.Tensor): string => `[${tensor.shape.join(', ')}]`;

export function expectTemperature(caller: string, value: number, name = 'temperature'): void {
  if (!(Number.isFinite(value) && value > 0)) {
    throw new RangeError(`${caller}: expected a positive ${name}, got ${gotText(value)}`);
  }
}

export function expectMomentum(caller: string, value: number): void {
  if (!(Number.isFinite(value) && value >= 0 && value <= 1)) {
    throw new RangeError(`${caller}: expected a momentum in [0, 1], got ${gotText(value)}`);
  }
}

/** Throws unless the value is a finite weight or constant of at least 0. */
export function expectNotNegative(caller: string, value: number, name: string): void {
  if (!(Number.isFinite(value) && value >= 0)) {
    throw new RangeError(
      `${caller}: expected a finite ${name} of at least 0, got ${gotText(value)}`,
    );
  }
}

/** Throws unless the value is an epoch, from 0. */
export function expectEpoch(caller: string, value: number, name: string): void {
  expectInteger(caller, name, value, 0);
}

/** Throws unless every value is a tensor. */
export function expectTensors(caller: string, tensors: Readonly<Record<string, tf.Tensor>>): void {
  for (const [name, tensor] of Object.entries(tensors)) expectTensor(caller, name, tensor);
}

/** Throws unless both views have one shape [N, C, T, V, M]. */
export function expectViews(
  caller: string,
  views: { readonly query: tf.Tensor; readonly key: tf.Tensor },
): void {
  expectObject(caller, views, 'views { query, key }');
  expectTensors(caller, { 'the view query': views.query, 'the view key': views.key });
  if (views.query.rank !== 5 || !tf.util.arraysEqual(views.query.shape, views.key.shape)) {
    throw new RangeError(
      `${caller}: expected two views of one shape [N, C, T, V, M], ` +
        `got ${shapeText(views.query)} and ${shapeText(views.key)}`,
    );
  }
}

/** Throws unless a and b are matrices of one shape [N, D] with N of at least `atLeast`. */
export function expectRows(caller: string, a: tf.Tensor, b: tf.Tensor, atLeast = 1): void {
  expectTensors(caller, { 'the first matrix': a, 'the second matrix': b });
  const alike = a.rank === 2 && tf.util.arraysEqual(a.shape, b.shape) && a.size > 0;
  if (!alike || a.shape[0] < atLeast) {
    const count = atLeast > 1 ? ` with N of at least ${atLeast}` : '';
    throw new RangeError(
      `${caller}: expected two matrices of one shape [N, D]${count}, ` +
        `got ${shapeText(a)} and ${shapeText(b)}`,
    );
  }
}
