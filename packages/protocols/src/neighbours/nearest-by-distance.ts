import { expectOptions, expectPositiveIntegers, type OptionNames } from '@halp/random/check';
import type { Features } from '../features/features.ts';
import { checkFeatures, checkVectors } from '../features/features.ts';
import type { Rows } from '../features/unit-rows.ts';
import type { NearestOptions } from './nearest.ts';
import { checkNeighbours, checkScores, mergeBlocks } from './nearest-blocks.ts';

/** Result of {@link nearestByDistance}. */
export interface NearestByDistance {
  /** `[n, k]`, rows of the gallery, nearest first. */
  readonly rows: Int32Array;
  /** `[n, k]`, their Euclidean distances, ascending. */
  readonly distances: Float32Array;
}

/** Extra rows whose distance is computed exactly, since float32 may rank the k-th row behind them. */
const SPARE = 8;

const optionNames: OptionNames<NearestOptions> = {
  k: true,
  leaveOneOut: true,
  blockValues: true,
};

/**
 * The k gallery rows nearest to each query in Euclidean distance, |q - g|.
 *
 * Candidates are the k + 8 rows with the largest (q - c)·(g - c) - |g - c|² / 2, c the mean of the gallery,
 * by float32 products on the current backend, computed in blocks, so that memory does not grow with
 * queries × gallery. The candidates are then ordered by their distances in float64, computed from
 * differences; a tie goes to the earlier row of the gallery. Zero vectors are allowed.
 *
 * @param gallery - `[m, D]`; of the labels only their number is used.
 * @param queries - `[n, D]`, row-major.
 * @throws RangeError if the sizes disagree, k is out of range, or a value or product is not finite.
 *
 * @example
 * ```ts
 * const { rows, distances } = await nearestByDistance(gallery, coordinates, { k: 1 });
 * ```
 */
export async function nearestByDistance(
  gallery: Features,
  queries: Float32Array,
  options: NearestOptions,
): Promise<NearestByDistance> {
  expectOptions('nearestByDistance', options, optionNames);
  if (options.blockValues !== undefined) {
    expectPositiveIntegers('nearestByDistance', { blockValues: options.blockValues });
  }
  const size = checkFeatures('nearestByDistance', 'gallery', gallery);
  checkVectors('nearestByDistance', 'queries', queries, size);
  return rowsByDistance('nearestByDistance', gallery, queries, { ...options, size });
}

/**
 * {@link nearestByDistance} without the checks of the features.
 *
 * @param caller - the public function to name in an error.
 */
export async function rowsByDistance(
  caller: string,
  { features, labels }: Features,
  queries: Float32Array,
  options: NearestOptions & { readonly size: number },
): Promise<NearestByDistance> {
  const { size, k, leaveOneOut = false } = options;
  const [n, m] = [queries.length / size, labels.length];
  checkNeighbours(caller, { queries: n, gallery: m, k, leaveOneOut });
  const candidates = Math.min(leaveOneOut ? m - 1 : m, k + SPARE);
  // Far from the origin, products are large and their differences small, so float32 would lose digits.
  const mean = meanOf(features, size);
  const rows = without(mean, features);
  const offsets = Float32Array.from({ length: m }, (_, g) => -square(rows.slice(g, g + 1)) / 2);
  const asked = without(mean, queries);
  const found = await mergeBlocks(rows, asked, { ...options, k: candidates, offsets });
  checkScores(caller, found.scores, candidates);
  const result = { rows: new Int32Array(n * k), distances: new Float32Array(n * k) };
  for (let query = 0; query < n; query += 1) {
    const own = queries.subarray(query * size, (query + 1) * size);
    const measured = Array.from(
      found.rows.subarray(query * candidates, (query + 1) * candidates),
      (row) => ({ row, distance: distance(own, features, row * size) }),
    ).sort((a, b) => a.distance - b.distance || a.row - b.row);
    measured.slice(0, k).forEach((neighbour, i) => {
      result.rows[query * k + i] = neighbour.row;
      result.distances[query * k + i] = neighbour.distance;
    });
  }
  return result;
}

/** `[D]`, the mean row. */
function meanOf(values: Float32Array, size: number): Float32Array {
  const sum = new Float64Array(size);
  for (let i = 0; i < values.length; i += size) {
    for (let d = 0; d < size; d += 1) sum[d] = (sum[d] as number) + (values[i + d] as number);
  }
  return Float32Array.from(sum, (total) => total / (values.length / size));
}

/** The rows minus the mean. */
function without(mean: Float32Array, values: Float32Array): Rows {
  const size = mean.length;
  return {
    count: values.length / size,
    slice(start, end) {
      const block = values.slice(start * size, end * size);
      for (let i = 0; i < block.length; i += size) {
        for (let d = 0; d < size; d += 1) {
          block[i + d] = (block[i + d] as number) - (mean[d] as number);
        }
      }
      return block;
    },
  };
}

function square(row: Float32Array): number {
  let sum = 0;
  for (const x of row) sum += x * x;
  return sum;
}

/** The distance of a row from the one that starts at `start`. */
function distance(row: Float32Array, values: Float32Array, start: number): number {
  let sum = 0;
  for (let d = 0; d < row.length; d += 1) {
    sum += ((row[d] as number) - (values[start + d] as number)) ** 2;
  }
  return Math.sqrt(sum);
}
