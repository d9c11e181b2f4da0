import { expectArray } from '@halp/random/check';
import { spread } from './statistics.ts';

/** The 95 % interval of a mean difference. */
export interface DifferenceInterval {
  /** The lower end. */
  readonly low: number;
  /** The upper end. */
  readonly high: number;
}

/** The mean difference of two series of runs that share their seeds. */
export interface PairedDifference {
  /** Mean of value - baseline. */
  readonly mean: number;
  /** Its 95 % interval by Student's t: mean ± t(0.975, n - 1) s / sqrt(n); undefined for a single pair. */
  readonly interval: DifferenceInterval | undefined;
  /**
   * Two-sided p of the exact permutation test: the share of all 2^n choices of signs for which the mean of the differences
   * is at least as far from 0. At least 2^(1 - n), so that five pairs cannot reach 0.05. Undefined for a single pair, and for
   * more than 24, which would take too long.
   */
  readonly p: number | undefined;
  /** Number of pairs, n. */
  readonly count: number;
}

const MOST_PAIRS = 24;

/**
 * Compares two series of runs pair by pair, which removes what both have in common, such as the initial weights of a seed.
 *
 * The interval assumes differences that are independent and normally distributed; the permutation test (Fisher, 1935) only
 * that their signs would be random if the series did not differ.
 *
 * @param values - One value for each seed.
 * @param baseline - The values to compare with, of the same seeds in the same order.
 * @throws RangeError if there is no value, or the lengths differ.
 */
export function pairedDifference(
  values: readonly number[],
  baseline: readonly number[],
): PairedDifference {
  expectArray('pairedDifference', 'a list of values', values);
  expectArray('pairedDifference', 'a list of values', baseline);
  if (values.length !== baseline.length) {
    throw new RangeError(
      `pairedDifference: expected as many values as in the baseline, got ${values.length} and ${baseline.length}`,
    );
  }
  const differences = values.map((value, i) => value - (baseline[i] as number));
  const { mean, deviation, count } = spread(differences);
  if (deviation === undefined) return { mean, interval: undefined, p: undefined, count };
  const half = (studentQuantile(count - 1) * deviation) / Math.sqrt(count);
  const p = count > MOST_PAIRS ? undefined : signFlipP(differences);
  return { mean, interval: { low: mean - half, high: mean + half }, p, count };
}

/** The share of all choices of signs whose sum is at least as far from 0 as that of the differences. */
function signFlipP(differences: readonly number[]): number {
  const signs = differences.map(() => 1);
  let sum = differences.reduce((total, each) => total + each, 0);
  const size = differences.reduce((total, each) => total + Math.abs(each), 0);
  // Equal sums differ by rounding.
  const least = Math.abs(sum) - 1e-9 * size;
  let extreme = 1;
  const choices = 2 ** differences.length;
  for (let i = 1; i < choices; i++) {
    // Gray code: each choice differs from the previous one in one sign.
    const k = 31 - Math.clz32(i & -i);
    signs[k] = -(signs[k] as number);
    sum += 2 * signs[k] * (differences[k] as number);
    if (Math.abs(sum) >= least) extreme += 1;
  }
  return extreme / choices;
}

/** t with P(|T| <= t) = 0.95, for Student's distribution with `freedom` degrees of freedom. */
function studentQuantile(freedom: number): number {
  let [low, high] = [0, 13];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (studentCentral(middle, freedom) < 0.95) low = middle;
    else high = middle;
  }
  return high;
}

/** P(|T| <= t), by the finite series of Abramowitz and Stegun, 26.7.3 and 26.7.4. */
function studentCentral(t: number, freedom: number): number {
  const theta = Math.atan(t / Math.sqrt(freedom));
  const square = Math.cos(theta) ** 2;
  const isOdd = freedom % 2 === 1;
  let term = isOdd ? Math.cos(theta) : 1;
  let sum = freedom === 1 ? 0 : term;
  for (let k = isOdd ? 3 : 2; k < freedom; k += 2) {
    term *= (square * (k - 1)) / k;
    sum += term;
  }
  const value = Math.sin(theta) * sum;
  return isOdd ? ((theta + value) * 2) / Math.PI : value;
}
