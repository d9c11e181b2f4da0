import type * as tf from '@tensorflow/tfjs-core';
import { createRandom } from '@halp/random';
import { largest, numbersOf, restore, snapshot } from './numbers.ts';

/** Allowed |slope − gradient| relative to the gradient's length, for the kinks of ReLU and for curvature. */
const TOLERANCE = 0.03;
/** Rounding error of a loss in float32, relative to its terms. */
const ROUNDING = 1e-6;

/** A gradient to compare with central differences. */
export interface SlopeTrial {
  /** The variable; its values are restored. */
  readonly variable: tf.Variable;
  /** The gradient of the loss. */
  readonly gradient: Float32Array;
  /** The loss at the current values. */
  readonly loss: () => tf.Scalar;
  /** Σ|terms of the loss|, approximately. */
  readonly scale: number;
}

/**
 * Compares the slope along a direction (the sum of the normalised gradient and a random unit vector) with central
 * differences, and returns both if they disagree. A step may be too long near a kink or too short for float32, so one good step of four is enough.
 */
export async function slopeProblem(
  { variable, gradient, loss, scale }: SlopeTrial,
  seed: number,
): Promise<string | undefined> {
  const rng = createRandom(seed);
  const length = norm(gradient);
  const random = gradient.map(() => rng.normal());
  const size = norm(random);
  // A single number has only one direction: two opposite ones could cancel.
  const mixed = gradient.length > 1 || length === 0;
  const direction = gradient.map(
    (g, i) => (length > 0 ? g / length : 0) + (mixed ? (random[i] as number) / size : 0),
  );
  const predicted = gradient.reduce((sum, g, i) => sum + g * (direction[i] as number), 0);
  const values = await snapshot({ variable });
  const start = values['variable'] as Float32Array;
  const at = async (step: number): Promise<number> => {
    restore({ variable }, { variable: start.map((x, i) => x + step * (direction[i] as number)) });
    const [value = NaN] = await numbersOf(loss());
    return value;
  };
  // The step of the entry that moves most is a share of the typical size of an entry.
  const typical = norm(start) / Math.sqrt(start.length) + 0.05;
  let best = NaN;
  let least = Infinity;
  for (const share of [5e-3, 1e-3, 2e-4, 2.5e-2]) {
    const step = (share * typical) / largest(direction);
    const measured = ((await at(step)) - (await at(-step))) / (2 * step);
    restore({ variable }, values);
    const apart = Math.abs(measured - predicted);
    if (apart <= TOLERANCE * length + (ROUNDING * scale) / step) return undefined;
    if (apart < least) [best, least] = [measured, apart];
  }
  return `slope ${predicted} instead of ${best}`;
}

function norm(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, x) => sum + x * x, 0));
}
