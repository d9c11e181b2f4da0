import { createRandom } from '@halp/random';

/** The plane of the first two principal components of points. */
export interface Plane {
  /** The mean of the points. */
  readonly mean: Float64Array;
  /** Two orthonormal vectors, that of the largest variance first. */
  readonly axes: readonly [Float64Array, Float64Array];
  /** The fraction of the variance along each. */
  readonly explained: readonly [number, number];
}

/** Number of iterations; enough for eigenvalues that differ by 1 %. */
const ROUNDS = 400;

/**
 * The first two principal components of L2-normalised rows, by orthogonal iteration. Applies the covariance as X^T (X
 * v) without computing it.
 *
 * @param values - `[n, size]`.
 */
export function principalPlane(values: Float32Array, size: number): Plane {
  const rows = unitRows(values, size);
  const mean = new Float64Array(size);
  for (const row of rows) row.forEach((value, d) => (mean[d] = (mean[d] as number) + value));
  for (let d = 0; d < size; d++) mean[d] = (mean[d] as number) / rows.length;
  const centred = rows.map((row) => row.map((value, d) => value - (mean[d] as number)));
  const rng = createRandom(0);
  let axes = orthonormal([0, 1].map(() => Float64Array.from(mean, () => rng.normal())));
  for (let round = 0; round < ROUNDS; round++) {
    axes = orthonormal(axes.map((axis) => covarianceTimes(centred, axis)));
  }
  const total = centred.reduce((sum, row) => sum + dot(row, row), 0);
  const share = (axis: Float64Array): number =>
    centred.reduce((sum, row) => sum + dot(row, axis) ** 2, 0) / total;
  return { mean, axes, explained: [share(axes[0]), share(axes[1])] };
}

/** Coordinates of L2-normalised rows on a plane. */
export function placesOn(
  { mean, axes }: Plane,
  values: Float32Array,
): readonly (readonly [number, number])[] {
  return unitRows(values, mean.length).map((row) => {
    const centred = row.map((value, d) => value - (mean[d] as number));
    return [dot(centred, axes[0]), dot(centred, axes[1])] as const;
  });
}

/** L2-normalised rows of `[n, size]`. */
export function unitRows(values: Float32Array, size: number): readonly Float64Array[] {
  return Array.from({ length: values.length / size }, (_, i) => {
    const row = Float64Array.from(values.subarray(i * size, (i + 1) * size));
    const length = Math.sqrt(dot(row, row));
    return row.map((value) => value / length);
  });
}

function covarianceTimes(rows: readonly Float64Array[], vector: Float64Array): Float64Array {
  const result = new Float64Array(vector.length);
  for (const row of rows) {
    const along = dot(row, vector);
    row.forEach((value, d) => (result[d] = (result[d] as number) + along * value));
  }
  return result;
}

/** Gram-Schmidt. The signs make the largest component of each vector positive. */
function orthonormal(vectors: readonly Float64Array[]): readonly [Float64Array, Float64Array] {
  const first = unit(vectors[0] as Float64Array);
  const second = vectors[1] as Float64Array;
  const along = dot(second, first);
  return [first, unit(second.map((value, d) => value - along * (first[d] as number)))];
}

function unit(vector: Float64Array): Float64Array {
  const largest = vector.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best));
  const length = Math.sign(largest) * Math.sqrt(dot(vector, vector));
  return vector.map((value) => value / length);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let d = 0; d < a.length; d++) sum += (a[d] as number) * (b[d] as number);
  return sum;
}
