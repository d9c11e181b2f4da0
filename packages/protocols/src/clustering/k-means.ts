import * as tf from '@tensorflow/tfjs-core';
import type { Random } from '@halp/random';
import {
  expectOptions,
  expectPositiveIntegers,
  expectRandom,
  type OptionNames,
} from '@halp/random/check';
import { checkVectors } from '../features/features.ts';
import { unitRows } from '../features/unit-rows.ts';
import { products } from '../neighbours/nearest-blocks.ts';

/** Options of {@link kMeans}. */
export interface KMeansOptions {
  /** D, the size of a row. */
  readonly size: number;
  /** K, the number of clusters; at most the number of rows. */
  readonly clusters: number;
  /**
   * `cosine`: rows and centres are scaled to unit length, spherical k-means (Dhillon and Modha 2001).
   * `euclidean`: rows and centres as they are, Lloyd's algorithm. Default: cosine.
   */
  readonly metric?: 'cosine' | 'euclidean';
  /** Runs from different seeds; the one with the smallest inertia is kept. Default: 10. */
  readonly restarts?: number;
  /** Most rounds of a run; one round assigns and averages. Default: 100. */
  readonly maxIterations?: number;
}

/** Result of {@link kMeans}. */
export interface KMeansResult {
  /** `[n]`, the nearest centre of each row. */
  readonly assignments: Int32Array;
  /** `[K, D]`, row-major. */
  readonly centres: Float32Array;
  /** Sum over the rows of the squared distance to the nearest centre. */
  readonly inertia: number;
  /** Number of rounds of the run that was kept. */
  readonly iterations: number;
  /** Whether its last round changed no assignment. */
  readonly converged: boolean;
}

const optionNames: OptionNames<KMeansOptions> = {
  size: true,
  clusters: true,
  metric: true,
  restarts: true,
  maxIterations: true,
};

/**
 * The clusters of rows: Lloyd's algorithm from k-means++ seeds (Arthur and Vassilvitskii 2007, probability
 * proportional to the squared distance), the best of several runs.
 *
 * A run ends when a round changes no assignment. A cluster that becomes empty restarts at the row that is
 * farthest from its centre. Distances are float32 products on the current backend.
 *
 * @param features - `[n, D]`, row-major.
 * @param rng - forked by `'restart', r`; each fork draws one integer, then one uniform for each further seed.
 * @throws RangeError if an option is out of range, there are fewer rows than clusters, or a value is not
 *   finite; under `cosine` also if a row is zero.
 */
export async function kMeans(
  features: Float32Array,
  options: KMeansOptions,
  rng: Random,
): Promise<KMeansResult> {
  expectOptions('kMeans', options, optionNames);
  expectRandom('kMeans', rng);
  const { size, clusters, metric = 'cosine', restarts = 10, maxIterations = 100 } = options;
  expectPositiveIntegers('kMeans', { size, clusters, restarts, maxIterations });
  checkVectors('kMeans', 'features', features, size);
  const count = features.length / size;
  if (clusters > count) {
    throw new RangeError(`kMeans: expected at most ${count} clusters, one a row, got ${clusters}`);
  }
  const isUnit = metric === 'cosine';
  const values = isUnit ? unitRows('kMeans', 'features', features, size).slice(0, count) : features;
  const points: Points = { values, size, count, squares: squaresOf(values, size) };
  const rows = tf.tensor2d(values, [count, size]);
  try {
    let best: KMeansResult | undefined;
    for (let restart = 0; restart < restarts; restart += 1) {
      const own = rng.fork('restart', restart);
      const start = await seeds(points, rows, clusters, own);
      const found = await lloyd({ points, rows, isUnit, maxIterations }, start);
      if (best === undefined || found.inertia < best.inertia) best = found;
    }
    return best as KMeansResult;
  } finally {
    rows.dispose();
  }
}

interface Points {
  /** `[n, D]`. */
  readonly values: Float32Array;
  readonly size: number;
  readonly count: number;
  /** `[n]`, squared lengths. */
  readonly squares: Float64Array;
}

interface Run {
  readonly points: Points;
  /** The same values on the backend. */
  readonly rows: tf.Tensor2D;
  readonly isUnit: boolean;
  readonly maxIterations: number;
}

async function lloyd(run: Run, seeded: Float32Array): Promise<KMeansResult> {
  const { points, rows, isUnit, maxIterations } = run;
  let centres = seeded;
  let nearest = await assign(points, rows, centres);
  let iterations = 0;
  let converged = false;
  while (iterations < maxIterations && !converged) {
    iterations += 1;
    centres = means(points, nearest, centres, isUnit);
    const next = await assign(points, rows, centres);
    converged = next.assignments.every((cluster, row) => cluster === nearest.assignments[row]);
    nearest = next;
  }
  const inertia = nearest.distances.reduce((sum, distance) => sum + distance, 0);
  return { assignments: nearest.assignments, centres, inertia, iterations, converged };
}

interface Assigned {
  /** `[n]`. */
  readonly assignments: Int32Array;
  /** `[n]`, squared distances to the assigned centres. */
  readonly distances: Float64Array;
}

/** The nearest centre of each row; the first on a tie. */
async function assign(
  { count, size, squares }: Points,
  rows: tf.Tensor2D,
  centres: Float32Array,
): Promise<Assigned> {
  const clusters = centres.length / size;
  const centreSquares = squaresOf(centres, size);
  const inner = await products(centres, rows);
  const assignments = new Int32Array(count);
  const distances = new Float64Array(count).fill(Infinity);
  for (let cluster = 0, i = 0; cluster < clusters; cluster += 1) {
    for (let row = 0; row < count; row += 1, i += 1) {
      // |x - c|², never below 0 by rounding.
      const ownSquares = (squares[row] as number) + (centreSquares[cluster] as number);
      const distance = Math.max(0, ownSquares - 2 * (inner[i] as number));
      if (distance < (distances[row] as number)) {
        distances[row] = distance;
        assignments[row] = cluster;
      }
    }
  }
  return { assignments, distances };
}

/** k-means++ seeds `[K, D]`. */
async function seeds(
  points: Points,
  rows: tf.Tensor2D,
  clusters: number,
  rng: Random,
): Promise<Float32Array> {
  const { count, size, values } = points;
  const chosen = new Float32Array(clusters * size);
  const distances = new Float64Array(count).fill(Infinity);
  for (let cluster = 0; cluster < clusters; cluster += 1) {
    const row = cluster === 0 ? rng.integer(count) : weighted(distances, rng.uniform());
    const seed = values.slice(row * size, (row + 1) * size);
    chosen.set(seed, cluster * size);
    const { distances: own } = await assign(points, rows, seed);
    // The rounding error of float32 products is not a distance: a chosen row is not drawn again.
    own[row] = 0;
    own.forEach((distance, i) => {
      distances[i] = Math.min(distances[i] as number, distance);
    });
  }
  return chosen;
}

/** An index with probability proportional to its weight; the last if all weights are 0. */
function weighted(weights: Float64Array, uniform: number): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let left = uniform * total;
  const found = weights.findIndex((weight) => (left -= weight) < 0);
  return found < 0 ? weights.length - 1 : found;
}

/** `[K, D]`, the mean of each cluster's rows; a unit vector under `cosine`. */
function means(
  { values, size, count }: Points,
  { assignments, distances }: Assigned,
  previous: Float32Array,
  isUnit: boolean,
): Float32Array {
  const clusters = previous.length / size;
  const sums = new Float64Array(previous.length);
  const counts = new Int32Array(clusters);
  for (let row = 0, i = 0; row < count; row += 1) {
    const cluster = assignments[row] as number;
    counts[cluster] = (counts[cluster] as number) + 1;
    const start = cluster * size;
    for (let d = 0; d < size; d += 1, i += 1) {
      sums[start + d] = (sums[start + d] as number) + (values[i] as number);
    }
  }
  const farthest = Float64Array.from(distances);
  counts.forEach((members, cluster) => {
    const own = sums.subarray(cluster * size, (cluster + 1) * size);
    if (members === 0) {
      const row = farthest.indexOf(farthest.reduce((a, b) => Math.max(a, b)));
      farthest[row] = 0;
      own.set(values.subarray(row * size, (row + 1) * size));
      return;
    }
    const length = isUnit ? Math.sqrt(own.reduce((sum, x) => sum + x * x, 0)) : members;
    // Opposite unit vectors have no mean direction; their centre is kept.
    if (length < 1e-6) own.set(previous.subarray(cluster * size, (cluster + 1) * size));
    else own.forEach((x, d) => (own[d] = x / length));
  });
  return Float32Array.from(sums);
}

function squaresOf(values: Float32Array, size: number): Float64Array {
  const squares = new Float64Array(values.length / size);
  for (let row = 0, i = 0; row < squares.length; row += 1) {
    let sum = 0;
    for (const next = i + size; i < next; i += 1) sum += (values[i] as number) ** 2;
    squares[row] = sum;
  }
  return squares;
}
