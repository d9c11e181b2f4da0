import type { Random } from '@halp/random';
import {
  expectInteger,
  expectOptions,
  expectRandom,
  gotText,
  type OptionNames,
} from '@halp/random/check';
import { karcherMean } from './karcher-mean.ts';
import { expectPoints, type Points, unitPoints } from './points.ts';
import { angleBetween, dotRows } from './rows.ts';

/**
 * The initial points of the clusters: `'k-means++'`, points far from each other; `'random'`, independently drawn points,
 * possibly equal.
 */
export type Seeding = 'k-means++' | 'random';

/** Options of {@link sphericalKMeans}. */
export interface SphericalKMeansOptions {
  /** P, the number of clusters, at most the number of points; 20 in HaLP. */
  readonly clusters: number;
  /** The initial points. Default: `'k-means++'`. */
  readonly seeding?: Seeding;
  /** Most rounds of assigning and averaging. Default: 100. */
  readonly maxIterations?: number;
  /** Convergence limit: the mean movement of the prototypes in a round, in radians. Default: 1e-3. */
  readonly tolerance?: number;
}

/** The result of {@link sphericalKMeans}. */
export interface Clustering {
  /** Unit rows `[P, D]`. */
  readonly prototypes: Points;
  /** The nearest prototype of every point, in [0, P). */
  readonly labels: Int32Array;
  /** The number of rounds. */
  readonly iterations: number;
  /** Whether the last round moved the prototypes by less than the tolerance. */
  readonly converged: boolean;
}

/**
 * Prototypes of points on the unit sphere: k-means with great-circle distances and Karcher means.
 *
 * `'k-means++'` draws a seed with probability proportional to the distance to the nearest earlier seed (not
 * its square), as in geomstats' `RiemannianKMeans`, which the authors use in one stream
 * (builder_single_modality_halp.py:76-91). `'random'` is that function's other seeding, which they use in
 * three streams (`update_prototypes` of builder_mm_halp.py). An empty cluster restarts at a random
 * point.
 *
 * @param points - `[n, D]`, float32 or float64; rows are normalised here.
 * @param rng - draws the seeds: one integer and P - 1 uniforms (if there are fewer than P distinct points,
 * integers for the remaining seeds), or P integers for random seeding; then one integer for every restart.
 * @throws RangeError if there are fewer points than clusters, a row is zero or not finite, or an
 * option is outside its range.
 *
 * @example
 * ```ts
 * const points = { data: Float32Array.of(1, 0, 0.9, 0.1, -1, 0), shape: [3, 2] } as const;
 * sphericalKMeans(points, { clusters: 2 }, createRandom(0)).labels; // the first two in one cluster
 * ```
 */
export function sphericalKMeans(
  points: Points,
  options: SphericalKMeansOptions,
  rng: Random,
): Clustering {
  return clusterPoints('sphericalKMeans', points, options, rng);
}

const optionNames: OptionNames<SphericalKMeansOptions> = {
  clusters: true,
  seeding: true,
  maxIterations: true,
  tolerance: true,
};

/** {@link sphericalKMeans} with the name of the calling function in error messages. */
export function clusterPoints(
  caller: string,
  points: Points,
  options: SphericalKMeansOptions,
  rng: Random,
): Clustering {
  const {
    clusters,
    seeding = 'k-means++',
    maxIterations = 100,
    tolerance = 1e-3,
  } = expectOptions(caller, options, optionNames);
  expectRandom(caller, rng);
  expectPoints(caller, points);
  const [count, dimension] = points.shape;
  checkOptions(caller, count, clusters, maxIterations, tolerance);
  checkSeeding(caller, seeding);
  const rows = unitPoints(caller, points);
  const cosines = Array.from({ length: clusters }, () => new Float64Array(count));
  const prototypes = seeds(rows, dimension, cosines, seeding, rng);
  const labels = new Int32Array(count).fill(-1);
  let [iterations, converged] = [0, false];
  while (iterations < maxIterations && !converged) {
    iterations++;
    const changed = assign(cosines, labels);
    let moved = 0;
    for (let cluster = 0; cluster < clusters; cluster++) {
      // A cluster with the same members has the same mean.
      if (!changed.has(cluster)) continue;
      const members = membersOf(cluster, labels, rows, dimension);
      const prototype =
        members === undefined
          ? rowOf(rows, dimension, rng.integer(count))
          : karcherMean(members, dimension);
      moved += angleBetween(prototypes[cluster] as Float64Array, prototype);
      prototypes[cluster] = prototype;
      dotRows(rows, prototype, cosines[cluster] as Float64Array);
    }
    converged = moved / clusters < tolerance;
  }
  assign(cosines, labels);
  const data = new Float64Array(clusters * dimension);
  prototypes.forEach((prototype, cluster) => data.set(prototype, cluster * dimension));
  return { prototypes: { data, shape: [clusters, dimension] }, labels, iterations, converged };
}

/** The seeds; fills `cosines` with the cosine of every point to every seed. */
function seeds(
  rows: Float64Array,
  dimension: number,
  cosines: readonly Float64Array[],
  seeding: Seeding,
  rng: Random,
): Float64Array[] {
  const count = rows.length / dimension;
  const distances = new Float64Array(count).fill(Infinity);
  let next = rng.integer(count);
  return cosines.map((to, cluster) => {
    const seed = rowOf(rows, dimension, next);
    dotRows(rows, seed, to);
    if (cluster + 1 === cosines.length) return seed;
    if (seeding === 'random') {
      next = rng.integer(count);
      return seed;
    }
    for (let i = 0; i < count; i++) {
      const angle = i === next ? 0 : Math.acos(Math.min(1, Math.max(-1, to[i] as number)));
      if (angle < (distances[i] as number)) distances[i] = angle;
    }
    next = drawProportional(distances, rng);
    return seed;
  });
}

/** An index, drawn with probability proportional to its weight; uniform if all weights are 0. */
function drawProportional(weights: Float64Array, rng: Random): number {
  let total = 0;
  for (const weight of weights) total += weight;
  if (!(total > 0)) return rng.integer(weights.length);
  let left = rng.uniform() * total;
  let last = 0;
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i] as number;
    if (weight === 0) continue;
    last = i;
    left -= weight;
    if (left < 0) break;
  }
  return last;
}

/** Assigns every point to its nearest prototype (the first of equals); returns the changed and the empty clusters. */
function assign(cosines: readonly Float64Array[], labels: Int32Array): Set<number> {
  const changed = new Set<number>();
  const sizes = new Int32Array(cosines.length);
  for (let i = 0; i < labels.length; i++) {
    let nearest = 0;
    let best = -Infinity;
    for (let cluster = 0; cluster < cosines.length; cluster++) {
      const cosine = (cosines[cluster] as Float64Array)[i] as number;
      if (cosine > best) [best, nearest] = [cosine, cluster];
    }
    const before = labels[i] as number;
    if (before !== nearest) {
      changed.add(before).add(nearest);
      labels[i] = nearest;
    }
    sizes[nearest] = (sizes[nearest] as number) + 1;
  }
  sizes.forEach((size, cluster) => size === 0 && changed.add(cluster));
  return changed;
}

/** The rows with that label, or undefined if there are none. */
function membersOf(
  cluster: number,
  labels: Int32Array,
  rows: Float64Array,
  dimension: number,
): Float64Array | undefined {
  const size = labels.reduce((sum, label) => sum + (label === cluster ? 1 : 0), 0);
  const members = new Float64Array(size * dimension);
  let offset = 0;
  labels.forEach((label, i) => {
    if (label !== cluster) return;
    members.set(rows.subarray(i * dimension, (i + 1) * dimension), offset);
    offset += dimension;
  });
  return size > 0 ? members : undefined;
}

function rowOf(rows: Float64Array, dimension: number, index: number): Float64Array {
  return rows.slice(index * dimension, (index + 1) * dimension);
}

function checkOptions(
  caller: string,
  count: number,
  clusters: number,
  maxIterations: number,
  tolerance: number,
): void {
  expectInteger(caller, 'clusters', clusters, 1, count, 'the number of points');
  expectInteger(caller, 'maxIterations', maxIterations, 1);
  if (!(typeof tolerance === 'number' && tolerance >= 0)) {
    throw new RangeError(
      `${caller}: expected a tolerance of at least 0, got ${gotText(tolerance)}`,
    );
  }
}

/** Throws unless the seeding is known. */
export function checkSeeding(caller: string, seeding: Seeding): void {
  switch (seeding) {
    case 'k-means++':
    case 'random':
      return;
    default:
      throw new RangeError(
        `${caller}: expected the seeding 'k-means++' or 'random', got ${gotText(seeding satisfies never)}`,
      );
  }
}
