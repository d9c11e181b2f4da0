import { checkVectors } from '../features/features.ts';
import { singularValues } from './singular-values.ts';

/**
 * Alignment: the mean of |q - k|^2 over pairs of vectors scaled to unit length, in [0, 4].
 *
 * Source: Wang and Isola, 2020 (arXiv 2005.10242), with exponent 2. 0 if both views of every clip
 * have the same direction, 2 for random directions. A value near 0 alone is no success: a collapsed encoder
 * has it too.
 *
 * @param query - `[n, D]`, row-major, finite; a zero row stays zero.
 * @param key - `[n, D]`; row i is the other view of query i.
 * @param size - D.
 * @throws RangeError if the two do not have the same number of complete rows, or a value is not finite.
 */
export function alignment(query: Float32Array, key: Float32Array, size: number): number {
  checkVectors('alignment', 'queries', query, size);
  checkVectors('alignment', 'keys', key, size);
  const [count, keys] = [query.length / size, key.length / size];
  if (count !== keys) {
    throw new RangeError(`alignment: expected ${count} keys, one a query, got ${keys}`);
  }
  const [a, b] = [directions(query, size), directions(key, size)];
  let sum = 0;
  for (let i = 0; i < count; i++) sum += squaredDistance(a, i, b, i, size);
  return sum / count;
}

/**
 * Uniformity: the logarithm of the mean of exp(-2 |x - y|^2) over all pairs of different rows, scaled to unit
 * length; 0 if all have the same direction, about -4 if they cover a high-dimensional sphere evenly.
 *
 * Source: Wang and Isola, 2020 (arXiv 2005.10242), with t = 2.
 *
 * @param rows - `[n, D]`, row-major, finite, n at least 2; a zero row stays zero.
 * @param size - D.
 * @throws RangeError if the values are not at least two complete rows, or one is not finite.
 */
export function uniformity(rows: Float32Array, size: number): number {
  checkVectors('uniformity', 'rows', rows, size);
  const count = rows.length / size;
  if (count < 2) throw new RangeError(`uniformity: expected at least 2 rows, got ${count}`);
  const unit = directions(rows, size);
  let sum = 0;
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < i; j++) sum += Math.exp(-2 * squaredDistance(unit, i, unit, j, size));
  }
  return Math.log(sum / ((count * (count - 1)) / 2));
}

/**
 * RankMe, the effective rank of features: exp(-sum p log p) with p the singular values over their sum, in
 * [1, min(n, D)]; 0 for features that are all zero.
 *
 * Source: Garrido et al., 2023 (arXiv 2210.02885), equation 1. The features are not centred. Compare
 * values only for equal n, since n is an upper bound.
 *
 * @param features - `[n, D]`, row-major, finite.
 * @param size - D.
 * @throws RangeError if the values are not complete rows, or one is not finite.
 * @remarks The paper adds 1e-7 to every p, which moves the result by less than 1e-4 for 1000 values; here 0 log 0
 * is 0.
 */
export function rankMe(features: Float32Array, size: number): number {
  checkVectors('rankMe', 'features', features, size);
  const values = singularValues(features, size);
  const total = values.reduce((sum, value) => sum + value, 0);
  if (total === 0) return 0;
  const entropy = values.reduce((sum, value) => {
    const p = value / total;
    return p > 0 ? sum - p * Math.log(p) : sum;
  }, 0);
  return Math.exp(entropy);
}

/** The rows scaled to unit length, in float64. */
function directions(rows: Float32Array, size: number): Float64Array {
  const unit = Float64Array.from(rows);
  for (let from = 0; from < unit.length; from += size) {
    const row = unit.subarray(from, from + size);
    const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
    if (length > 0) for (let d = 0; d < size; d++) row[d] = (row[d] as number) / length;
  }
  return unit;
}

function squaredDistance(
  a: Float64Array,
  i: number,
  b: Float64Array,
  j: number,
  size: number,
): number {
  let sum = 0;
  for (let d = 0; d < size; d++) {
    sum += ((a[i * size + d] as number) - (b[j * size + d] as number)) ** 2;
  }
  return sum;
}
