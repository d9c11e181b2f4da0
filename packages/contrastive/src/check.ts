import * as tf from '@tensorflow/tfjs-core';

/** `[2, 3]` */
export const shapeText = (tensor: tf.Tensor): string => `[${tensor.shape.join(', ')}]`;

export function expectTemperature(caller: string, value: number, name = 'temperature'): void {
  if (!(value > 0 && value < Infinity)) {
    throw new RangeError(`${caller}: expected a positive ${name}, got ${value}`);
  }
}

export function expectMomentum(caller: string, value: number): void {
  if (!(value >= 0 && value <= 1)) {
    throw new RangeError(`${caller}: expected a momentum in [0, 1], got ${value}`);
  }
}

/** A weight or constant that may be zero. */
export function expectNotNegative(caller: string, value: number, name: string): void {
  if (!(value >= 0 && value < Infinity)) {
    throw new RangeError(`${caller}: expected a finite ${name} of at least 0, got ${value}`);
  }
}

/** A count. */
export function expectPositiveInteger(caller: string, value: number, name: string): void {
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new RangeError(`${caller}: expected a positive integer ${name}, got ${value}`);
  }
}

/** An epoch, from 0. */
export function expectEpoch(caller: string, value: number, name: string): void {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new RangeError(
      `${caller}: expected ${name} to be an integer of at least 0, got ${value}`,
    );
  }
}

/** Views of one shape [N, C, T, V, M]. */
export function expectViews(
  caller: string,
  views: { readonly query: tf.Tensor; readonly key: tf.Tensor },
): void {
  if (views.query.rank !== 5 || !tf.util.arraysEqual(views.query.shape, views.key.shape)) {
    throw new RangeError(
      `${caller}: expected two views of one shape [N, C, T, V, M], ` +
        `got ${shapeText(views.query)} and ${shapeText(views.key)}`,
    );
  }
}

/** Two matrices of one shape [N, D], with at least so many rows. */
export function expectRows(caller: string, a: tf.Tensor, b: tf.Tensor, atLeast = 1): void {
  const alike = a.rank === 2 && tf.util.arraysEqual(a.shape, b.shape) && a.size > 0;
  if (!alike || a.shape[0] < atLeast) {
    const count = atLeast > 1 ? ` with N of at least ${atLeast}` : '';
    throw new RangeError(
      `${caller}: expected two matrices of one shape [N, D]${count}, ` +
        `got ${shapeText(a)} and ${shapeText(b)}`,
    );
  }
}
