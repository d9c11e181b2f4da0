import type { Random } from '@halp/random';

/** The ends of an interval from which a number is drawn uniformly. */
export type Range = readonly [low: number, high: number];

/** @throws RangeError unless the value, which may come from a file, is a range of numbers above `floor`. */
export function checkRange(range: Range, name: string, what: string, floor: number): void {
  const [low, high] = Array.isArray(range) && range.length === 2 ? range : [NaN, NaN];
  // Number.isFinite is false for strings, which would otherwise compare like numbers.
  if (!(Number.isFinite(low) && Number.isFinite(high) && low > floor && low <= high)) {
    const above = floor === -Infinity ? '' : `${floor} < `;
    throw new RangeError(
      `${name}: expected ${what} of the form [low, high] with ${above}low <= high, got ${JSON.stringify(range)}`,
    );
  }
}

/** A number from U[low, high). @param rng - Draws one uniform. */
export function drawFrom([low, high]: Range, rng: Random): number {
  return low + rng.uniform() * (high - low);
}
