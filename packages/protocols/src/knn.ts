import * as tf from '@tensorflow/tfjs-core';
import { classNames, createEvaluation } from './evaluation.ts';
import type { Evaluation } from './evaluation.ts';
import { checkFeatures } from './features.ts';
import type { Features } from './features.ts';
import { checkLabels } from './metrics.ts';

/** Options of {@link knn}. */
export interface KnnOptions {
  /** Neighbours that vote, at least 1 and at most the size of the gallery. */
  readonly k: number;
  /** Names of the classes or their number; by default the largest label + 1. */
  readonly classes?: number | readonly string[];
  /** Limit on the values of one block of a matrix; memory is a few times four bytes each. */
  readonly blockValues?: number;
}

/** What {@link knn} gives. */
export interface KnnResult {
  /** `[n]`, the predicted class of each query. */
  readonly predictions: Int32Array;
  /** The accuracy with everything it was computed with. */
  readonly evaluation: Evaluation;
}

/**
 * The class of each query by vote of its k nearest gallery vectors in cosine similarity,
 * cos(q, g) = q·g / (|q| |g|).
 *
 * Every neighbour has one vote. A tie in votes goes to the smallest label; a tie in similarity goes
 * to the earlier row of the gallery. Similarities are float32 products on the current backend, made
 * block by block, so memory does not grow with queries × gallery.
 *
 * @param gallery - `[m, D]`, usually the whole training part.
 * @param queries - `[n, D]`, the test part.
 * @throws RangeError if the sizes disagree, k is out of range, or a vector is zero or not finite: a
 *   zero vector has no direction, and counting it as similarity 0 to everything would let the first
 *   gallery rows answer for it.
 */
export async function knn(
  gallery: Features,
  queries: Features,
  options: KnnOptions,
): Promise<KnnResult> {
  const { k, blockValues = 1 << 22 } = options;
  const size = checkFeatures('knn', 'gallery', gallery);
  checkQueries(queries, size);
  const rows = gallery.labels.length;
  if (!Number.isSafeInteger(k) || k < 1 || k > rows) {
    throw new RangeError(`knn: k must be in 1..${rows}, the size of the gallery, got ${k}`);
  }
  const classes = classNames('knn', options.classes ?? largest(gallery.labels, queries.labels) + 1);
  checkLabels('knn', 'gallery labels', gallery.labels, classes.length);
  const nearest = await nearestRows(
    unitRows('gallery', gallery.features, size),
    queryRows(queries.features, size),
    { size, k, blockValues },
  );
  const predictions = vote(nearest, k, gallery.labels, classes.length);
  const evaluation = createEvaluation({
    protocol: 'knn',
    settings: { k, metric: 'cosine' },
    selection: null,
    classes,
    counts: { train: rows, validation: 0 },
    labels: queries.labels,
    predictions,
  });
  return { predictions, evaluation };
}

function checkQueries(queries: Features, size: number): void {
  const got = checkFeatures('knn', 'queries', queries);
  if (got !== size) {
    throw new RangeError(`knn: queries must have ${size} features like the gallery, got ${got}`);
  }
}

function largest(...labels: readonly Int32Array[]): number {
  return labels.reduce((max, part) => part.reduce((a, b) => Math.max(a, b), max), 0);
}

/** The vectors of some rows, row-major. */
type Rows = { readonly count: number; slice(start: number, end: number): Float32Array };

/** Vectors of length 1. */
function unitRows(what: string, features: Float32Array, size: number): Rows {
  const lengths = lengthsOf(what, features, size);
  const slice = (start: number, end: number): Float32Array => {
    const block = features.slice(start * size, end * size);
    for (let row = start, i = 0; row < end; row += 1) {
      const length = lengths[row] as number;
      for (const next = i + size; i < next; i += 1) block[i] = (block[i] as number) / length;
    }
    return block;
  };
  return { count: lengths.length, slice };
}

/** The vectors as they are: which gallery vector is nearest to a query does not depend on the query's length. */
function queryRows(features: Float32Array, size: number): Rows {
  const { length: count } = lengthsOf('queries', features, size);
  return { count, slice: (start, end) => features.subarray(start * size, end * size) };
}

function lengthsOf(what: string, features: Float32Array, size: number): Float64Array {
  const lengths = new Float64Array(features.length / size);
  for (let row = 0, i = 0; row < lengths.length; row += 1) {
    let square = 0;
    for (const next = i + size; i < next; i += 1) square += (features[i] as number) ** 2;
    lengths[row] = Math.sqrt(square);
  }
  const zero = lengths.indexOf(0);
  if (zero < 0) return lengths;
  throw new RangeError(
    `knn: ${what} must have a direction, got a zero vector in row ${zero}; ` +
      `leave that clip out or repair the encoder`,
  );
}

interface BlockOptions {
  readonly size: number;
  readonly k: number;
  readonly blockValues: number;
}

/** `[n, k]`, the rows of the gallery nearest to each query, nearest first. */
async function nearestRows(
  gallery: Rows,
  queries: Rows,
  { size, k, blockValues }: BlockOptions,
): Promise<Int32Array> {
  const best = new Float32Array(queries.count * k).fill(-Infinity);
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
        const similarities = await products(queries.slice(q, queryEnd), keys);
        mergeNearest(similarities, { q, g, width: galleryEnd - g, k }, best, rows);
      }
    } finally {
      keys.dispose();
    }
  }
  return rows;
}

async function products(values: Float32Array, keys: tf.Tensor2D): Promise<Float32Array> {
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
}

function mergeNearest(
  similarities: Float32Array,
  { q, g, width, k }: BlockPlace,
  best: Float32Array,
  rows: Int32Array,
): void {
  for (let query = q, i = 0; i < similarities.length; query += 1) {
    const start = query * k;
    const last = start + k - 1;
    let least = best[last] as number;
    for (let row = g; row < g + width; row += 1, i += 1) {
      const similarity = similarities[i] as number;
      // Blocks come in the gallery's order, so a strict comparison leaves ties to the earlier row.
      if (!(similarity > least)) continue;
      let slot = last;
      for (; slot > start && similarity > (best[slot - 1] as number); slot -= 1) {
        best[slot] = best[slot - 1] as number;
        rows[slot] = rows[slot - 1] as number;
      }
      best[slot] = similarity;
      rows[slot] = row;
      least = best[last] as number;
    }
  }
}

function vote(nearest: Int32Array, k: number, labels: Int32Array, classes: number): Int32Array {
  const votes = new Int32Array(classes);
  return Int32Array.from({ length: nearest.length / k }, (_, query) => {
    votes.fill(0);
    for (const row of nearest.subarray(query * k, (query + 1) * k)) {
      const label = labels[row] ?? -1;
      votes[label] = (votes[label] ?? 0) + 1;
    }
    return votes.indexOf(votes.reduce((a, b) => Math.max(a, b)));
  });
}
