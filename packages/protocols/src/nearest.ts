import * as tf from '@tensorflow/tfjs-core';
import { checkFeatures, checkVectors } from './features.ts';
import type { Features } from './features.ts';
import { rowLengths, unitRows } from './unit-rows.ts';
import type { Rows } from './unit-rows.ts';

/** Options of {@link nearest}. */
export interface NearestOptions {
  /** Neighbours of each query, at least 1 and at most as many as it may have. */
  readonly k: number;
  /**
   * Whether query i is row i of the gallery and must not find itself; then there must be as many
   * queries as gallery rows. Default false.
   */
  readonly leaveOneOut?: boolean;
  /** Limit on the values of one block of a matrix; memory is a few times four bytes each. */
  readonly blockValues?: number;
}

/** What {@link nearest} gives. */
export interface Nearest {
  /** `[n, k]`, rows of the gallery, nearest first. */
  readonly rows: Int32Array;
  /** `[n, k]`, their cosine similarities in [-1, 1], descending. */
  readonly similarities: Float32Array;
}

/**
 * The k gallery rows nearest to each query in cosine similarity, cos(q, g) = q·g / (|q| |g|).
 *
 * Similarities are float32 products on the current backend, made block by block, so memory does not
 * grow with queries × gallery. A tie goes to the earlier row of the gallery.
 *
 * @param gallery - `[m, D]`; the labels are only counted.
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
  const size = checkFeatures('nearest', 'gallery', gallery);
  checkVectors('nearest', 'queries', queries, size);
  return nearestRows('nearest', gallery, queries, { ...options, size });
}

/**
 * What {@link nearest} gives, of features that have been checked.
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
  checkPairs(caller, { queries: queries.length / size, gallery: count, leaveOneOut });
  const most = leaveOneOut ? count - 1 : count;
  if (!Number.isSafeInteger(k) || k < 1 || k > most) {
    throw new RangeError(
      `${caller}: k must be in 1..${most}, the size of the gallery` +
        `${leaveOneOut ? ' without the query' : ''}, got ${k}`,
    );
  }
  const unit = unitRows(caller, 'gallery', gallery.features, size);
  const lengths = rowLengths(caller, 'queries', queries, size);
  // As they are: which gallery vector is nearest to a query does not depend on the query's length.
  const asked: Rows = {
    count: lengths.length,
    slice: (start, end) => queries.subarray(start * size, end * size),
  };
  const found = await mergeBlocks(unit, asked, options);
  const broken = found.similarities.findIndex((product) => !Number.isFinite(product));
  if (broken >= 0) {
    throw new RangeError(
      `${caller}: queries must have finite products with the gallery, ` +
        `got ${found.similarities[broken]} for row ${Math.floor(broken / k)}`,
    );
  }
  return {
    rows: found.rows,
    similarities: found.similarities.map((product, i) =>
      // Rounding must not make an angle of NaN out of a twin.
      Math.max(-1, Math.min(1, product / (lengths[Math.floor(i / k)] as number))),
    ),
  };
}

/**
 * Nothing, when queries may leave themselves out of the gallery.
 *
 * @throws RangeError if they are to, and are not as many.
 */
export function checkPairs(
  caller: string,
  {
    queries,
    gallery,
    leaveOneOut,
  }: { readonly queries: number; readonly gallery: number; readonly leaveOneOut: boolean },
): void {
  if (leaveOneOut && queries !== gallery) {
    throw new RangeError(
      `${caller}: leaveOneOut needs a gallery of the queries themselves, ` +
        `got ${queries} queries and ${gallery} gallery rows`,
    );
  }
}

/** The largest products of each query with the gallery's rows, descending, and whose they are. */
async function mergeBlocks(
  gallery: Rows,
  queries: Rows,
  {
    size,
    k,
    leaveOneOut = false,
    blockValues = 1 << 22,
  }: NearestOptions & { readonly size: number },
): Promise<Nearest> {
  const similarities = new Float32Array(queries.count * k).fill(-Infinity);
  const rows = new Int32Array(queries.count * k).fill(-1);
  const galleryStep = Math.max(1, Math.min(gallery.count, Math.floor(blockValues / size)));
  const widest = Math.max(size, galleryStep);
  const queryStep = Math.max(1, Math.min(queries.count, Math.floor(blockValues / widest)));
  for (let g = 0; g < gallery.count; g += galleryStep) {
    const galleryEnd = Math.min(g + galleryStep, gallery.count);
    const keys = tf.tensor2d(gallery.slice(g, galleryEnd), [galleryEnd - g, size]);
    try {
      for (let q = 0; q < queries.count; q += queryStep) {
        const queryEnd = Math.min(q + queryStep, queries.count);
        const block = await products(queries.slice(q, queryEnd), keys);
        const place = { q, g, width: galleryEnd - g, k, leaveOneOut };
        mergeNearest(block, place, similarities, rows);
      }
    } finally {
      keys.dispose();
    }
  }
  return { rows, similarities };
}

/** `[n, m]`, the inner products of rows `[n, D]` with the rows of a tensor `[m, D]`. */
export async function products(values: Float32Array, keys: tf.Tensor2D): Promise<Float32Array> {
  const size = keys.shape[1];
  const block = tf.tidy(() =>
    tf.matMul(tf.tensor2d(values, [values.length / size, size]), keys, false, true),
  );
  try {
    return await block.data<'float32'>();
  } finally {
    block.dispose();
  }
}

interface BlockPlace {
  /** First query of the block. */
  readonly q: number;
  /** First gallery row of the block. */
  readonly g: number;
  /** Gallery rows in it. */
  readonly width: number;
  readonly k: number;
  readonly leaveOneOut: boolean;
}

function mergeNearest(
  products: Float32Array,
  { q, g, width, k, leaveOneOut }: BlockPlace,
  best: Float32Array,
  rows: Int32Array,
): void {
  for (let query = q, i = 0; i < products.length; query += 1) {
    const start = query * k;
    const last = start + k - 1;
    const left = leaveOneOut ? query : -1;
    let least = best[last] as number;
    for (let row = g; row < g + width; row += 1, i += 1) {
      const product = products[i] as number;
      // Blocks come in the gallery's order, so a strict comparison leaves ties to the earlier row.
      if (!(product > least) || row === left) continue;
      let slot = last;
      for (; slot > start && product > (best[slot - 1] as number); slot -= 1) {
        best[slot] = best[slot - 1] as number;
        rows[slot] = rows[slot - 1] as number;
      }
      best[slot] = product;
      rows[slot] = row;
      least = best[last] as number;
    }
  }
}
