import { UMAP } from 'umap-js';
import { choose, type Random } from '@halp/random';
import {
  expectArray,
  expectInteger,
  expectObject,
  expectOptions,
  expectRandom,
  gotText,
  type OptionNames,
} from '@halp/random/check';

/** Features and the classes of their clips, such as `Features` of `@halp/protocols`. */
export interface LabelledFeatures {
  /** `[n, D]`, row-major, finite. */
  readonly features: Float32Array;
  /** `[n]`, the class of each row, from 0. */
  readonly labels: Int32Array;
}

/** Options of {@link mapFeatures}. */
export interface FeatureMapOptions {
  /** Names of the classes. */
  readonly classes: readonly string[];
  /** `[n]`, the predicted class of each row; wrong predictions are drawn hollow. */
  readonly predictions?: Int32Array;
  /** Neighbours of a point that UMAP keeps near. Default: 15, at most n - 1. */
  readonly neighbours?: number;
  /** Minimum distance of points, at least 0. Default: 0.1. */
  readonly minDistance?: number;
  /** Most points; a random subset is drawn if there are more clips. Default: 1500. */
  readonly limit?: number;
}

/** Features mapped to the plane, as plain data. */
export interface FeatureMap {
  /** Names of the classes. */
  readonly classes: readonly string[];
  /** The points, one for each drawn clip. */
  readonly points: readonly MapPoint[];
  /** Number of clips from which they were chosen. */
  readonly clips: number;
  /** Neighbours that UMAP keeps near. */
  readonly neighbours: number;
  /** Minimum distance of points. */
  readonly minDistance: number;
}

/** A clip on a map. */
export interface MapPoint {
  /** Horizontal position, in [0, 1]; the longer side of the map is 1. */
  readonly x: number;
  /** Vertical position, downward, in [0, 1]. */
  readonly y: number;
  /** Its class, from 0. */
  readonly label: number;
  /** Its predicted class. */
  readonly prediction?: number;
}

const optionNames: OptionNames<FeatureMapOptions> = {
  classes: true,
  predictions: true,
  neighbours: true,
  minDistance: true,
  limit: true,
};

/**
 * Features mapped to the plane by UMAP (McInnes, Healy and Melville, 2018) with cosine distance. Neighbourhoods
 * are preserved as far as possible; distances between groups, sizes of groups and axes have no meaning.
 *
 * Equal features, options and streams give equal maps. Neighbours are computed exactly from all pairs of
 * drawn clips, so `limit` bounds the time: limit² · D.
 *
 * @param rng - Chooses points if there are more than `limit`, and drives the optimisation; the number
 *   of draws depends on the features.
 * @throws RangeError if there are fewer than 3 clips, sizes disagree, an option is out of range,
 *   or a row is zero or not finite.
 */
export function mapFeatures(
  all: LabelledFeatures,
  options: FeatureMapOptions,
  rng: Random,
): FeatureMap {
  const { features, labels } = expectObject('mapFeatures', all, '{ features, labels }');
  expectTyped(features, Float32Array);
  expectTyped(labels, Int32Array);
  expectOptions('mapFeatures', options, optionNames);
  expectArray('mapFeatures', 'classes as a list of names', options.classes);
  expectRandom('mapFeatures', rng);
  const { classes, predictions, minDistance = 0.1, limit = 1500 } = options;
  if (!(Number.isFinite(minDistance) && minDistance >= 0)) {
    throw new RangeError(
      `mapFeatures: expected minDistance of at least 0, got ${gotText(minDistance)}`,
    );
  }
  checkSizes(features, labels, options, limit);
  const clips = labels.length;
  const drawn =
    clips <= limit
      ? Int32Array.from(labels, (_, i) => i)
      : choose(limit, clips, rng.fork('choice')).sort();
  const { neighbours = Math.min(15, drawn.length - 1) } = options;
  expectInteger('mapFeatures', 'neighbours', neighbours, 2, drawn.length - 1);
  const rows = chosenUnitRows(features, drawn, features.length / clips);
  const stream = rng.fork('layout');
  const umap = new UMAP({
    nNeighbors: neighbours,
    minDist: minDistance,
    random: () => stream.uniform(),
  });
  const { indices, distances } = nearest(rows, neighbours);
  umap.setPrecomputedKNN(indices, distances);
  const places = inUnitSquare(umap.fit(rows.map((row) => [...row])));
  const points = places.map(([x, y], i): MapPoint => {
    const clip = drawn[i] as number;
    const prediction = predictions?.[clip];
    const label = labels[clip] as number;
    return prediction === undefined ? { x, y, label } : { x, y, label, prediction };
  });
  return { classes, points, clips, neighbours, minDistance };
}

function expectTyped(
  value: Float32Array | Int32Array,
  kind: typeof Float32Array | typeof Int32Array,
): void {
  if (value instanceof kind) return;
  throw new TypeError(
    `mapFeatures: expected numbers in a ${kind.name}, got ${gotText(value)}; convert them with ${kind.name}.from`,
  );
}

function checkSizes(
  features: Float32Array,
  labels: Int32Array,
  { classes, predictions = labels }: FeatureMapOptions,
  limit: number,
): void {
  const clips = labels.length;
  if (clips < 3) throw new RangeError(`mapFeatures: expected at least 3 clips, got ${clips}`);
  if (features.length === 0 || features.length % clips !== 0 || predictions.length !== clips) {
    throw new RangeError(
      `mapFeatures: expected features, labels and predictions of the same clips, got ` +
        `${features.length} numbers, ${clips} labels and ${predictions.length} predictions`,
    );
  }
  const stray = [...labels, ...predictions].find(
    (label) => !(label >= 0 && label < classes.length),
  );
  if (stray !== undefined) {
    throw new RangeError(
      `mapFeatures: expected labels to be below ${classes.length}, got ${stray}`,
    );
  }
  expectInteger('mapFeatures', 'limit', limit, 3);
}

/**
 * The chosen rows, each divided by its length: the arithmetic of `unitRows` in `@halp/protocols`, which is not imported
 * because it would load TensorFlow.js.
 */
function chosenUnitRows(features: Float32Array, chosen: Int32Array, size: number): Float32Array[] {
  return Array.from(chosen, (clip) => {
    const row = features.subarray(clip * size, (clip + 1) * size);
    const norm = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
    if (!(norm > 0 && Number.isFinite(norm))) {
      throw new RangeError(
        `mapFeatures: expected a feature to have a direction, got length ${norm} of row ${clip}`,
      );
    }
    return row.map((value) => value / norm);
  });
}

/** The nearest rows of each row in cosine distance, 1 - cos, in ascending order, starting with the row itself. */
function nearest(
  rows: readonly Float32Array[],
  neighbours: number,
): { readonly indices: number[][]; readonly distances: number[][] } {
  const all = rows.map((row) => rows.map((other) => Math.max(0, 1 - dot(row, other))));
  const indices = all.map((distances, i) =>
    distances
      .map((_, j) => j)
      .filter((j) => j !== i)
      .sort((a, b) => (distances[a] as number) - (distances[b] as number) || a - b)
      .slice(0, neighbours - 1),
  );
  return {
    indices: indices.map((own, i) => [i, ...own]),
    distances: indices.map((own, i) => [0, ...own.map((j) => all[i]?.[j] as number)]),
  };
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

function inUnitSquare(places: readonly (readonly number[])[]): (readonly [number, number])[] {
  const bounds = [0, 1].map((axis) => {
    const values = places.map((place) => place[axis] as number);
    return [Math.min(...values), Math.max(...values)] as const;
  });
  const larger = Math.max(...bounds.map(([low, high]) => high - low)) || 1;
  return places.map((place) => {
    const [x = 0, y = 0] = bounds.map(([low], axis) => ((place[axis] as number) - low) / larger);
    return [x, y] as const;
  });
}
