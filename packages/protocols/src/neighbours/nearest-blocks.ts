import * as tf from '@tensorflow/tfjs-core';
import { expectInteger } from '@halp/random/check';
import type { Rows } from '../features/unit-rows.ts';

/** The number of neighbours, and the size of the blocks. */
export interface BlockOptions {
  /** D. */
  readonly size: number;
  /** k, the gallery rows to find for each query. */
  readonly k: number;
  /** Whether query i excludes row i. Default: false. */
  readonly leaveOneOut?: boolean;
  /** Most values in one block of a matrix. Default: 4,194,304. */
  readonly blockValues?: number;
  /** `[m]`, a term added to the products with each gallery row. Default: zeros. */
  readonly offsets?: Float32Array;
}

/** The highest scores of each query, with their gallery rows. */
export interface Found {
  /** `[n, k]`, rows of the gallery, highest first. */
  readonly rows: Int32Array;
  /** `[n, k]`, their scores. */
  readonly scores: Float32Array;
}

/**
 * The gallery rows with the highest scores, q·g + offset(g), for each query, descending; a tie goes to the
 * earlier row.
 *
 * Products are computed on the current backend in blocks, so memory does not grow with queries × gallery.
 */
export async function mergeBlocks(
  gallery: Rows,
  queries: Rows,
  { size, k, leaveOneOut = false, blockValues = 1 << 22, offsets }: BlockOptions,
): Promise<Found> {
  const scores = new Float32Array(queries.count * k).fill(-Infinity);
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
        mergeNearest(block, { q, g, width: galleryEnd - g, k, leaveOneOut, offsets }, scores, rows);
      }
    } finally {
      keys.dispose();
    }
  }
  return { rows, scores };
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

/**
 * Throws unless there are as many queries as gallery rows, if `leaveOneOut` is set.
 *
 * @throws RangeError otherwise.
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
      `${caller}: expected the queries themselves as gallery for leaveOneOut, ` +
        `got ${queries} queries and ${gallery} gallery rows`,
    );
  }
}

/**
 * Throws unless every query can have k neighbours.
 *
 * @throws RangeError otherwise, or as {@link checkPairs} does.
 */
export function checkNeighbours(
  caller: string,
  {
    queries,
    gallery,
    k,
    leaveOneOut = false,
  }: { readonly queries: number; readonly gallery: number } & Pick<
    BlockOptions,
    'k' | 'leaveOneOut'
  >,
): void {
  checkPairs(caller, { queries, gallery, leaveOneOut });
  const most = leaveOneOut ? gallery - 1 : gallery;
  const meaning = `the size of the gallery${leaveOneOut ? ' without the query' : ''}`;
  expectInteger(caller, 'k', k, 1, most, meaning);
}

/**
 * Throws unless all scores are finite.
 *
 * @throws RangeError if one is not: the values are too large for float32.
 */
export function checkScores(caller: string, scores: Float32Array, k: number): void {
  const broken = scores.findIndex((score) => !Number.isFinite(score));
  if (broken < 0) return;
  throw new RangeError(
    `${caller}: expected queries to have finite products with the gallery, ` +
      `got ${scores[broken]} for row ${Math.floor(broken / k)}`,
  );
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
  readonly offsets: Float32Array | undefined;
}

function mergeNearest(
  products: Float32Array,
  { q, g, width, k, leaveOneOut, offsets }: BlockPlace,
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
      const score = offsets === undefined ? product : product + (offsets[row] as number);
      // Blocks come in the order of the gallery, so a strict comparison gives ties to the earlier row.
      if (!(score > least) || row === left) continue;
      let slot = last;
      for (; slot > start && score > (best[slot - 1] as number); slot -= 1) {
        best[slot] = best[slot - 1] as number;
        rows[slot] = rows[slot - 1] as number;
      }
      best[slot] = score;
      rows[slot] = row;
      least = best[last] as number;
    }
  }
}
