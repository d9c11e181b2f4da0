import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';

/** The numbers of a test: a tensor, an array with its shape, or a flat list. */
export type Numbers =
  | tf.Tensor
  | ArrayLike<number>
  | { readonly shape: readonly number[]; readonly data: ArrayLike<number | bigint | boolean> };

/** The allowed difference of two numbers: |actual - expected| <= absolute + relative * |expected|. */
export interface Tolerance {
  /** Relative to the expected value. Default: 0. */
  readonly relative?: number;
  /** In the units of the value. Default: 0. */
  readonly absolute?: number;
}

/**
 * Asserts that every number is within the tolerance of the expected one, and that shapes are equal
 * if both sides have one (a flat list has only a length). NaN is close to nothing.
 *
 * The message names the largest difference and its index.
 */
export function expectClose(actual: Numbers, expected: Numbers, tolerance: Tolerance): void {
  const { relative = 0, absolute = 0 } = tolerance;
  report(compare(actual, expected, (b) => absolute + relative * Math.abs(b)));
}

/**
 * Asserts that a gradient is right as a whole: max|actual - expected| <= relative * max|expected| + absolute,
 * with equal shapes. This form suits a comparison of float32 and float64 gradients: small
 * entries carry the rounding errors of the large ones.
 */
export function expectGradientClose(
  actual: Numbers,
  expected: Numbers,
  { relative = 1e-3, absolute = 0 }: Tolerance = {},
): void {
  const allowed = relative * largest(numbersOf(expected).data) + absolute;
  report(compare(actual, expected, () => allowed));
}

/** Step and tolerance of {@link checkGradient}. */
export interface GradientCheckOptions {
  /** Half the width of the central difference; 1e-2 suits float32 inputs of about 1. */
  readonly step?: number;
  /** Allowed max|gradient - difference| relative to the largest difference of that input. */
  readonly tolerance?: number;
}

/**
 * Asserts that the gradient of a scalar function agrees with central differences,
 * (f(x + step) - f(x - step)) / (2 step), in every element of every input.
 *
 * A `tf.Variable` among the inputs is changed in place and restored, so that `f` may also read it
 * from outside. Rounding of `f` itself, 2^-22 * |f| / step, is allowed on top of the tolerance.
 *
 * @param f - A scalar of the inputs, the same at every call; it may leave its tensors to a tidy.
 */
export function checkGradient(
  f: (...inputs: tf.Tensor[]) => tf.Tensor,
  inputs: readonly tf.Tensor[],
  { step = 1e-2, tolerance = 1e-3 }: GradientCheckOptions = {},
): void {
  tf.tidy(() => {
    const floor = (2 ** -22 * Math.abs(valueOf(f, inputs))) / step;
    const gradients = tf.grads(f)([...inputs]);
    inputs.forEach((input, which) => {
      const differences = centralDifferences(f, inputs, which, step);
      const allowed = tolerance * largest(differences) + floor;
      const wrong = compare(
        gradients[which] as tf.Tensor,
        { shape: input.shape, data: differences },
        () => allowed,
      );
      report(wrong === undefined ? wrong : `gradient of input ${which}: ${wrong}`);
    });
  });
}

function centralDifferences(
  f: (...inputs: tf.Tensor[]) => tf.Tensor,
  inputs: readonly tf.Tensor[],
  which: number,
  step: number,
): number[] {
  const input = inputs[which] as tf.Tensor;
  const values = Float32Array.from(input.dataSync());
  const at = (index: number, value: number): number => {
    const moved = values.slice();
    moved[index] = value;
    return tf.tidy(() => {
      const tensor = tf.tensor(moved, input.shape);
      if (!(input instanceof tf.Variable)) {
        return valueOf(
          f,
          inputs.map((other, i) => (i === which ? tensor : other)),
        );
      }
      input.assign(tensor);
      return valueOf(f, inputs);
    });
  };
  const differences = Array.from(values, (value, index) => {
    // The distance between the two points after rounding to float32.
    const [high, low] = [Math.fround(value + step), Math.fround(value - step)];
    return (at(index, high) - at(index, low)) / (high - low);
  });
  if (input instanceof tf.Variable) input.assign(tf.tensor(values, input.shape));
  return differences;
}

function valueOf(f: (...inputs: tf.Tensor[]) => tf.Tensor, inputs: readonly tf.Tensor[]): number {
  return tf.tidy(() => {
    const value = f(...inputs);
    if (value.rank !== 0) {
      throw new TypeError(
        `checkGradient: expected f to return a scalar, got [${value.shape.join(', ')}]`,
      );
    }
    return value.dataSync()[0] as number;
  });
}

interface Flat {
  readonly shape: readonly number[] | undefined;
  readonly data: ArrayLike<number>;
}

function numbersOf(numbers: Numbers): Flat {
  if (numbers instanceof tf.Tensor) return { shape: numbers.shape, data: numbers.dataSync() };
  if ('shape' in numbers) return { shape: numbers.shape, data: Array.from(numbers.data, Number) };
  return { shape: undefined, data: numbers };
}

/** The largest violation in words, or undefined if every difference is allowed. */
function compare(
  actual: Numbers,
  expected: Numbers,
  allowed: (expected: number) => number,
): string | undefined {
  const [a, b] = [numbersOf(actual), numbersOf(expected)];
  const [shapeA, shapeB] = [a, b].map(
    (side) => `[${(side.shape ?? [side.data.length]).join(', ')}]`,
  );
  const sameShape = a.shape === undefined || b.shape === undefined || shapeA === shapeB;
  if (!sameShape || a.data.length !== b.data.length) {
    return `expected shape ${shapeB}, got ${shapeA}`;
  }
  let worst = -1;
  let excess = 0;
  let wrong = 0;
  for (let i = 0; i < a.data.length; i++) {
    const [x, y] = [a.data[i] as number, b.data[i] as number];
    if (x === y) continue;
    const over = Math.abs(x - y) - allowed(y);
    if (over <= 0) continue;
    wrong++;
    // Written so that NaN counts as the largest.
    if (worst < 0 || !(over <= excess)) [worst, excess] = [i, Number.isNaN(over) ? Infinity : over];
  }
  if (worst < 0) return undefined;
  const [x, y] = [a.data[worst] as number, b.data[worst] as number];
  const place = indexOf(worst, a.shape ?? b.shape ?? [a.data.length]);
  return (
    `at [${place.join(', ')}] expected ${y}, got ${x}: ` +
    `${Math.abs(x - y)} apart, ${allowed(y)} allowed; ${wrong} of ${a.data.length} are too far`
  );
}

function indexOf(flat: number, shape: readonly number[]): number[] {
  let rest = flat;
  return [...shape]
    .reverse()
    .map((size) => {
      const index = rest % size;
      rest = Math.floor(rest / size);
      return index;
    })
    .reverse();
}

function largest(data: ArrayLike<number>): number {
  let result = 0;
  for (let i = 0; i < data.length; i++) result = Math.max(result, Math.abs(data[i] as number));
  return result;
}

function report(wrong: string | undefined): void {
  expect(wrong === undefined, wrong).toBe(true);
}
