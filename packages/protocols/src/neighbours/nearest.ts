import { expectOptions, expectPositiveIntegers, type OptionNames } from '@halp/random/check';
import type { Features } from '../features/features.ts';
import { checkFeatures, checkVectors } from '../features/features.ts';
import type { Rows } from '../features/unit-rows.ts';
import { rowLengths, unitRows } from '../features/unit-rows.ts';
import { checkNeighbours, checkScores, mergeBlocks } from './nearest-blocks.ts';

/** Options of {@link nearest}. */
export interface NearestOptions {
  /** k, the neighbours of each query; at least 1, at most the gallery rows that a query can find. */
  readonly k: number;
  /**
   * Whether query i is row i of the gallery and excludes itself; there are then as many queries as
   * gallery rows. Default: false.
   */
  readonly leaveOneOut?: boolean;
  /** Most values in one block of a matrix; memory is a few times 4 bytes a value. Default: 4,194,304. */
  readonly blockValues?: number;
}

/** Result of {@link nearest}. */
export interface Nearest {
  /** `[n, k]`, rows of the gallery, nearest first. */
  readonly rows: Int32Array;
  /** `[n, k]`, their cosine similarities in [-1, 1], descending. */
  readonly similarities: Float32Array;
}

const optionNames: OptionNames<NearestOptions> = {
  k: true,
  leaveOneOut: true,
  blockValues: true,
};

/**
 * The k gallery rows nearest to each query in cosine similarity, cos(q, g) = q·g / (|q| |g|).
 *
 * Similarities are float32 products on the current backend, computed in blocks, so memory does not
 * grow with queries × gallery. A tie goes to the earlier row of the gallery.
 *
 * @param gallery - `[m, D]`; of the labels only their number is used.
 * @param queries - `[n, D]`, row-major.
 * @throws RangeError if the sizes disagree, k is out of range, or a vector is zero or not finite.
 *
 * @example
 * ```ts
 * const { rows } = await nearest(gallery, feature, { k: 5 });
 * rows.forEach((row) => console.log(names[row]));
 * ```
 */
export async function nearest(
  gallery: Features,
  queries: Float32Array,
  options: NearestOptions,
): Promise<Nearest> {
  expectOptions('nearest', options, optionNames);
  if (options.blockValues !== undefined) {
    expectPositiveIntegers('nearest', { blockValues: options.blockValues });
  }
  const size = checkFeatures('nearest', 'gallery', gallery);
  checkVectors('nearest', 'queries', queries, size);
  return nearestRows('nearest', gallery, queries, { ...options, size });
}

/**
 * {@link nearest} without the checks of the features.
 *
 * @param caller - the public function to name in an error.
 */
export async function nearestRows(
  caller: string,
  gallery: Features,
  queries: Float32Array,
  options: NearestOptions & { readonly size: number },
): Promise<Nearest> {
  const { size, k, leaveOneOut = false } = options;
  const count = gallery.labels.length;
  checkNeighbours(caller, { queries: queries.length / size, gallery: count, k, leaveOneOut });
  const unit = unitRows(caller, 'gallery', gallery.features, size);
  const lengths = rowLengths(caller, 'queries', queries, size);
  // Queries keep their lengths: the length of a query does not change which gallery vector is nearest.
  const asked: Rows = {
    count: lengths.length,
    slice: (start, end) => queries.subarray(start * size, end * size),
  };
  const found = await mergeBlocks(unit, asked, options);
  checkScores(caller, found.scores, k);
  return {
    rows: found.rows,
    similarities: found.scores.map((product, i) =>
      // Rounding can give more than 1 for equal vectors, whose angle would then be NaN.
      Math.max(-1, Math.min(1, product / (lengths[Math.floor(i / k)] as number))),
    ),
  };
}
