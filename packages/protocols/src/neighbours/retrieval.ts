import * as tf from '@tensorflow/tfjs-core';
import type { Random } from '@halp/random';
import {
  expectOptions,
  expectPositiveIntegers,
  expectRandom,
  type OptionNames,
} from '@halp/random/check';
import type { Features } from '../features/features.ts';
import { checkFeatures, checkSameSize } from '../features/features.ts';
import type { Rows } from '../features/unit-rows.ts';
import { unitRows } from '../features/unit-rows.ts';
import type { Interval } from '../metrics/interval.ts';
import { accuracyInterval, bootstrapInterval } from '../metrics/interval.ts';
import { rankingQuality } from './average-precision.ts';
import { checkPairs, products } from './nearest-blocks.ts';

/** Options of {@link retrieval}. */
export interface RetrievalOptions {
  /** The depths at which recall is measured, each at least 1. Default: 1, 5, 10. */
  readonly recallAt?: readonly number[];
  /**
   * Whether query i is row i of the gallery and excludes itself; there are then as many queries as
   * gallery rows. Default: false.
   */
  readonly leaveOneOut?: boolean;
  /** Resamples of the bootstrap interval of the mean average precision. Default: 1000. */
  readonly resamples?: number;
  /** Most values in one block of similarities; memory is a few times 4 bytes a value. Default: 4,194,304. */
  readonly blockValues?: number;
}

/** Result of {@link retrieval}. */
export interface RetrievalResult {
  /** mAP, the mean of the average precisions of all queries, a fraction. */
  readonly meanAveragePrecision: number;
  /** Its 95 % bootstrap interval over the queries. */
  readonly interval: Interval;
  /** The fraction of queries with a clip of their class among the first k, for every k of `recallAt`. */
  readonly recall: readonly RecallAtK[];
  /** `[n]`, average precision of each query; NaN if its class is not in the gallery. */
  readonly averagePrecisions: Float64Array;
  /** Number of clips of each part. */
  readonly counts: RetrievalCounts;
  /** All settings of the run. */
  readonly settings: {
    /** Similarity of clips. */
    readonly metric: 'cosine';
    /** Whether the queries were the gallery itself. */
    readonly leaveOneOut: boolean;
  };
}

/** Recall at one depth. */
export interface RecallAtK {
  /** The depth. */
  readonly k: number;
  /** A fraction. */
  readonly value: number;
  /** Its 95 % bootstrap interval over the queries. */
  readonly interval: Interval;
}

/** The sizes of the parts of a retrieval, in clips. */
export interface RetrievalCounts {
  /** Gallery clips. */
  readonly gallery: number;
  /** Queries that count in the means. */
  readonly queries: number;
  /** Queries that do not count, because no gallery clip is of their class. */
  readonly unanswerable: number;
}

const optionNames: OptionNames<RetrievalOptions> = {
  recallAt: true,
  leaveOneOut: true,
  resamples: true,
  blockValues: true,
};

/**
 * Retrieval of clips of the same class: mean average precision of the whole ranking by cosine similarity,
 * and recall@k.
 *
 * AP as in Manning et al. 2008, section 8.4; recall@k as in metric learning (Oh Song et al. 2016):
 * whether *at least one* of the first k is right. A tie goes to the earlier row of the gallery. Similarities are
 * computed for one block of queries at a time; the gallery is copied once, as unit vectors.
 *
 * @param gallery - `[m, D]`.
 * @param queries - `[n, D]`; {@link nearest} gives the clips themselves.
 * @param rng - draws one integer a query for each resample.
 * @throws RangeError if sizes disagree, an option is out of range, a vector is zero or not finite, or
 *   no query has its class in the gallery.
 *
 * @example
 * ```ts
 * const result = await retrieval(train, test, { recallAt: [1, 10] }, createRandom(0));
 * console.log(result.meanAveragePrecision, result.recall[0]?.value);
 * ```
 */
export async function retrieval(
  gallery: Features,
  queries: Features,
  options: RetrievalOptions,
  rng: Random,
): Promise<RetrievalResult> {
  expectOptions('retrieval', options, optionNames);
  expectRandom('retrieval', rng);
  const { recallAt = [1, 5, 10], leaveOneOut = false, resamples = 1000 } = options;
  const { blockValues = 1 << 24 } = options;
  expectPositiveIntegers('retrieval', { resamples, blockValues });
  for (const k of recallAt) expectPositiveIntegers('retrieval', { recallAt: k });
  const size = checkFeatures('retrieval', 'gallery', gallery);
  checkSameSize('retrieval', 'queries', queries, size);
  const [m, n] = [gallery.labels.length, queries.labels.length];
  checkPairs('retrieval', { queries: n, gallery: m, leaveOneOut });
  const averagePrecisions = new Float64Array(n).fill(NaN);
  const firstRanks: number[] = [];
  const unit = {
    gallery: unitRows('retrieval', 'gallery', gallery.features, size),
    queries: unitRows('retrieval', 'queries', queries.features, size),
  };
  for await (const { query, similarities } of rankings(unit, { size, blockValues })) {
    const label = queries.labels[query] as number;
    const left = leaveOneOut ? query : -1;
    const quality = rankingQuality(similarities, label, gallery.labels, left);
    if (quality === null) continue;
    averagePrecisions[query] = quality.averagePrecision;
    firstRanks.push(quality.firstRank);
  }
  if (firstRanks.length === 0) {
    throw new RangeError(
      "retrieval: expected the gallery to have clips of the queries' classes, got none of any",
    );
  }
  const answered = averagePrecisions.filter((value) => !Number.isNaN(value));
  return {
    meanAveragePrecision: answered.reduce((sum, value) => sum + value, 0) / answered.length,
    interval: bootstrapInterval(answered, { resamples }, rng),
    recall: recallAt.map((k) => recallOf(firstRanks, k)),
    averagePrecisions,
    counts: { gallery: m, queries: answered.length, unanswerable: n - answered.length },
    settings: { metric: 'cosine', leaveOneOut },
  };
}

function recallOf(firstRanks: readonly number[], k: number): RecallAtK {
  const found = firstRanks.filter((rank) => rank <= k).length;
  return {
    k,
    value: found / firstRanks.length,
    interval: accuracyInterval(found, firstRanks.length),
  };
}

interface Ranking {
  /** Row of the query. */
  readonly query: number;
  /** `[m]`, its similarities to the gallery. */
  readonly similarities: Float32Array;
}

/** The similarities of each query with the whole gallery, in the order of the queries. */
async function* rankings(
  { gallery, queries }: { readonly gallery: Rows; readonly queries: Rows },
  { size, blockValues }: { readonly size: number; readonly blockValues: number },
): AsyncGenerator<Ranking, void, undefined> {
  const galleryStep = Math.max(1, Math.floor(blockValues / size));
  const queryStep = Math.max(1, Math.floor(blockValues / Math.max(size, gallery.count)));
  const keys: tf.Tensor2D[] = [];
  try {
    for (let g = 0; g < gallery.count; g += galleryStep) {
      const rows = gallery.slice(g, Math.min(g + galleryStep, gallery.count));
      keys.push(tf.tensor2d(rows, [rows.length / size, size]));
    }
    for (let q = 0; q < queries.count; q += queryStep) {
      const count = Math.min(q + queryStep, queries.count) - q;
      const rows = queries.slice(q, q + count);
      const blocks: Float32Array[] = [];
      for (const key of keys) blocks.push(await products(rows, key));
      for (let i = 0; i < count; i += 1) {
        yield { query: q + i, similarities: rowOf(blocks, i, count) };
      }
    }
  } finally {
    tf.dispose(keys);
  }
}

/** Row i of matrices concatenated along their columns. */
function rowOf(blocks: readonly Float32Array[], i: number, count: number): Float32Array {
  const parts = blocks.map((block) => {
    const width = block.length / count;
    return block.subarray(i * width, (i + 1) * width);
  });
  const [only] = parts;
  if (parts.length === 1 && only) return only;
  const row = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    row.set(part, offset);
    offset += part.length;
  }
  return row;
}
