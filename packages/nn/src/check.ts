import type * as tf from '@tensorflow/tfjs-core';

/** Throws unless every named value is a positive integer. */
export function expectPositiveIntegers(
  caller: string,
  values: Readonly<Record<string, number>>,
): void {
  for (const [name, value] of Object.entries(values)) {
    if (!(Number.isSafeInteger(value) && value > 0)) {
      throw new RangeError(`${caller}: ${name} must be a positive integer, got ${value}`);
    }
  }
}

/** Throws unless the tensor is float32 of this shape; `null` allows any size of at least 1, and `axes` names the axes. */
export function expectShape(
  caller: string,
  x: tf.Tensor,
  shape: readonly (number | null)[],
  axes: string,
): void {
  const fits =
    x.shape.length === shape.length &&
    shape.every((size, i) => (size === null ? (x.shape[i] ?? 0) > 0 : x.shape[i] === size));
  if (!fits) {
    const wanted = shape.map((size) => size ?? 'any').join(', ');
    throw new RangeError(`${caller}: expected ${axes} = [${wanted}], got [${x.shape.join(', ')}]`);
  }
  if (x.dtype !== 'float32') throw new TypeError(`${caller}: expected float32, got ${x.dtype}`);
}
