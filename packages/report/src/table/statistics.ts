import { expectArray } from '@halp/random/check';

/** Mean and spread of a quantity over repeated runs. */
export interface Spread {
  /** Arithmetic mean. */
  readonly mean: number;
  /** Sample standard deviation (divisor n - 1); undefined for a single run. */
  readonly deviation: number | undefined;
  /** Number of runs, n. */
  readonly count: number;
}

/**
 * Mean and sample standard deviation, sqrt(Σ (x - mean)² / (n - 1)).
 *
 * @throws RangeError if there is no value.
 */
export function spread(values: readonly number[]): Spread {
  expectArray('spread', 'a list of values', values);
  const count = values.length;
  if (count === 0) throw new RangeError('spread: expected at least one value, got none');
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  if (count === 1) return { mean, deviation: undefined, count };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / (count - 1)), count };
}
