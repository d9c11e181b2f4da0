/** The fraction of G that may lie below the threshold where O alone would allow a lower one. */
const LOST = 0.1;

/**
 * The threshold for "none of these": θ = max(quantile q of O, quantile 0.1 of G), without the part that is empty.
 *
 * - O are the largest scores of each example when its own label was never taught: what an action scores that is none of these.
 *   A fraction q of such actions is expected below θ.
 * - G are the scores of the examples that get their own label when they are left out. Where they are far above O, θ is just
 *   below them.
 *
 * Quantiles are interpolated linearly between neighbouring values.
 *
 * @param own - G.
 * @param other - O; -Infinity with a single label.
 * @param rejection - q, in [0, 1).
 */
export function thresholdOf(
  own: readonly number[],
  other: readonly number[],
  rejection: number,
): number {
  return Math.max(quantileOf(other, rejection), quantileOf(own, LOST));
}

/** The standard deviation of the finite values; 1 if there are fewer than two, or all are equal. */
export function spreadOf(values: readonly number[]): number {
  const finite = values.filter(Number.isFinite);
  const mean = finite.reduce((a, b) => a + b, 0) / finite.length;
  const square = finite.reduce((sum, value) => sum + (value - mean) ** 2, 0) / finite.length;
  return square > 0 ? Math.sqrt(square) : 1;
}

/** A quantile of the finite values; -Infinity if there are none. */
function quantileOf(values: readonly number[], fraction: number): number {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  const place = fraction * (sorted.length - 1);
  const low = sorted[Math.floor(place)];
  if (low === undefined) return -Infinity;
  return low + (place - Math.floor(place)) * ((sorted[Math.ceil(place)] as number) - low);
}
