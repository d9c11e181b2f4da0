/**
 * The threshold for "none of these".
 *
 * G are the scores of the examples that get their own label when they are left out; O are their largest scores when their own
 * label was never taught: what an action scores that is none of these. θ maximises
 * P(G ≥ θ) - P(O ≥ θ), Youden's index, over the midpoints of neighbouring values; among equal ones the lowest.
 *
 * If G is empty, as with one example of each label, θ is the median of O. With a single label, O is empty and θ is the smallest of
 * G.
 *
 * @param own - G.
 * @param other - O; -Infinity with a single label.
 */
export function thresholdOf(own: readonly number[], other: readonly number[]): number {
  const G = own.filter(Number.isFinite).sort((a, b) => a - b);
  const O = other.filter(Number.isFinite).sort((a, b) => a - b);
  if (G.length === 0) return medianOf(O);
  if (O.length === 0) return G[0] as number;
  const values = [...new Set([...G, ...O])].sort((a, b) => a - b);
  const candidates = values.map((value, i) =>
    i === 0 ? value : (value + (values[i - 1] as number)) / 2,
  );
  const share = (list: readonly number[], least: number): number =>
    list.filter((value) => value >= least).length / list.length;
  let [best, index] = [candidates[0] as number, -Infinity];
  for (const candidate of candidates) {
    const found = share(G, candidate) - share(O, candidate);
    if (found > index) [best, index] = [candidate, found];
  }
  return best;
}

/** The standard deviation of the finite values; 1 if there are fewer than two, or all are equal. */
export function spreadOf(values: readonly number[]): number {
  const finite = values.filter(Number.isFinite);
  const mean = finite.reduce((a, b) => a + b, 0) / finite.length;
  const square = finite.reduce((sum, value) => sum + (value - mean) ** 2, 0) / finite.length;
  return square > 0 ? Math.sqrt(square) : 1;
}

function medianOf(sorted: readonly number[]): number {
  const middle = sorted.length >> 1;
  const high = sorted[middle] as number;
  return sorted.length % 2 === 1 ? high : (high + (sorted[middle - 1] as number)) / 2;
}
