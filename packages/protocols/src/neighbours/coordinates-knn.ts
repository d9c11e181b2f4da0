import {
  expectFunction,
  expectOptions,
  expectPositiveIntegers,
  type OptionNames,
} from '@halp/random/check';
import type { FeatureBatch } from '../features/features.ts';
import { checkVectors } from '../features/features.ts';
import type { Evaluation } from '../metrics/evaluation.ts';
import { classNames, createEvaluation } from '../metrics/evaluation.ts';
import { checkLabels } from '../metrics/metrics.ts';
import { rowsByDistance } from './nearest-by-distance.ts';

/** A function that returns the batches of one part, in the order of the data set, at every call. */
export type BatchesOf = () => AsyncIterable<FeatureBatch> | Iterable<FeatureBatch>;

/** Options of {@link coordinatesKnn}. */
export interface CoordinatesKnnOptions {
  /** Names of the classes or their number. */
  readonly classes: number | readonly string[];
  /**
   * Most coordinates of the training part held in memory at a time; the test part is read once for each
   * such piece. Default: 67,108,864 (256 MiB).
   */
  readonly galleryValues?: number;
}

const optionNames: OptionNames<CoordinatesKnnOptions> = {
  classes: true,
  galleryValues: true,
};

/**
 * 1-NN accuracy on coordinates alone, without an encoder: each test clip gets the class of the training clip
 * whose coordinates are nearest in Euclidean distance. It is a baseline: an encoder whose kNN accuracy is not
 * above it has learned no useful features.
 *
 * |q - g|² = Σ (q(c, t, v, m) - g(c, t, v, m))² over the first view of each clip, the input of the encoder,
 * `[C, T, V, M]`, without any scaling. A tie goes to the earlier training clip. See `nearestByDistance`.
 *
 * @param train - the training part, without shuffling; read once.
 * @param test - the test part.
 * @returns an evaluation of protocol `knn` with settings `{ k: 1, metric: 'euclidean', input: 'coordinates' }`.
 * @throws RangeError if a part has no clip, clips differ in shape, a batch contradicts its shape, a label is
 *   not a class, or a coordinate is not finite.
 *
 * @example
 * ```ts
 * const { accuracy } = await coordinatesKnn(() => train.epoch(0), () => test.epoch(0), { classes: 10 });
 * ```
 */
export async function coordinatesKnn(
  train: BatchesOf,
  test: BatchesOf,
  options: CoordinatesKnnOptions,
): Promise<Evaluation> {
  expectFunction(CALLER, 'the training clips as a function', train);
  expectFunction(CALLER, 'the test clips as a function', test);
  const { galleryValues = 1 << 26 } = expectOptions(CALLER, options, optionNames);
  expectPositiveIntegers(CALLER, { galleryValues });
  const classes = classNames(CALLER, options.classes);
  const best: Best = { distances: [], labels: [], truth: [] };
  const shape: ClipShape = {};
  let count = 0;
  for await (const piece of piecesOf(train, galleryValues, shape)) {
    checkLabels(CALLER, 'training labels', piece.labels, classes.length);
    await compare(piece, test, shape, best);
    count += piece.labels.length;
  }
  if (count === 0) throw new RangeError(`${CALLER}: expected training clips, got none`);
  return createEvaluation({
    protocol: 'knn',
    settings: { k: 1, metric: 'euclidean', input: 'coordinates' },
    selection: null,
    classes,
    counts: { train: count, validation: 0 },
    labels: Int32Array.from(best.truth),
    predictions: Int32Array.from(best.labels),
  });
}

const CALLER = 'coordinatesKnn';

/** The nearest training clip found so far, for each test clip. */
interface Best {
  readonly distances: number[];
  readonly labels: number[];
  readonly truth: number[];
}

/** `[C, T, V, M]` of the first clip; undefined before it was read. */
interface ClipShape {
  sizes?: readonly number[];
}

interface Piece {
  /** `[n, C T V M]`. */
  readonly values: Float32Array;
  readonly labels: Int32Array;
}

/** The training part in pieces of at most `limit` values, but at least one batch. */
async function* piecesOf(
  batches: BatchesOf,
  galleryValues: number,
  shape: ClipShape,
): AsyncGenerator<Piece> {
  let held: Piece[] = [];
  let size = 0;
  for await (const batch of batches()) {
    const piece = copyOf(batch, shape);
    if (size > 0 && size + piece.values.length > galleryValues) {
      yield joined(held, size);
      [held, size] = [[], 0];
    }
    held.push(piece);
    size += piece.values.length;
  }
  if (size > 0) yield joined(held, size);
}

function joined(pieces: readonly Piece[], size: number): Piece {
  const values = new Float32Array(size);
  let offset = 0;
  for (const piece of pieces) {
    values.set(piece.values, offset);
    offset += piece.values.length;
  }
  return { values, labels: Int32Array.from(pieces.flatMap(({ labels }) => [...labels])) };
}

/** A copy of a batch, since a loader may reuse its memory. */
function copyOf({ views, shape, labels }: FeatureBatch, known: ClipShape): Piece {
  const [N, ...sizes] = shape;
  const [view] = views;
  const length = shape.reduce((product, n) => product * n, 1);
  if (view?.length !== length || labels.length !== N) {
    throw new RangeError(
      `${CALLER}: expected a batch of shape [${shape.join(', ')}] to have ${length} values and ` +
        `${N} labels, got ${view?.length ?? 'no view'} and ${labels.length}`,
    );
  }
  known.sizes ??= sizes;
  if (known.sizes.some((n, i) => n !== sizes[i])) {
    throw new RangeError(
      `${CALLER}: expected clips [${known.sizes.join(', ')}], got [${sizes.join(', ')}]`,
    );
  }
  if (N > 0) checkVectors(CALLER, 'coordinates', view, length / N);
  return { values: view.slice(), labels: Int32Array.from(labels) };
}

/** Updates the nearest clips with one piece of the training part. */
async function compare(piece: Piece, test: BatchesOf, shape: ClipShape, best: Best): Promise<void> {
  const size = piece.values.length / piece.labels.length;
  const gallery = { features: piece.values, labels: piece.labels };
  let first = 0;
  for await (const batch of test()) {
    const { values, labels } = copyOf(batch, shape);
    const { rows, distances } = await rowsByDistance(CALLER, gallery, values, { k: 1, size });
    labels.forEach((label, i) => {
      const place = first + i;
      best.truth[place] = label;
      // Pieces come in order, so a strict comparison gives ties to the earlier clip.
      if (!((distances[i] as number) < (best.distances[place] ?? Infinity))) return;
      best.distances[place] = distances[i] as number;
      best.labels[place] = piece.labels[rows[i] as number] as number;
    });
    first += labels.length;
  }
  if (first === 0) throw new RangeError(`${CALLER}: expected test clips, got none`);
}
