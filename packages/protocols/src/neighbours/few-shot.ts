import type { Random } from '@halp/random';
import { choose } from '@halp/random';
import {
  expectOptions,
  expectPositiveIntegers,
  expectRandom,
  type OptionNames,
} from '@halp/random/check';
import type { Features } from '../features/features.ts';
import { checkFeatures } from '../features/features.ts';
import { unitRows } from '../features/unit-rows.ts';
import type { Interval } from '../metrics/interval.ts';

/** Options of {@link fewShot}. */
export interface FewShotOptions {
  /** N, the classes of an episode. Default: 5. */
  readonly ways?: number;
  /** K, the labelled clips of each class. Default: 1. */
  readonly shots?: number;
  /** Test clips of each class in an episode. Default: 15. */
  readonly queries?: number;
  /** Number of episodes, at least 2. Default: 600. */
  readonly episodes?: number;
}

/** Result of {@link fewShot}. */
export interface FewShotResult {
  /** Mean accuracy over the episodes, a fraction. */
  readonly accuracy: number;
  /** 95 % interval of that mean: ± 1.96 s / √episodes. */
  readonly interval: Interval;
  /** `[episodes]`, the accuracy of each. */
  readonly accuracies: Float64Array;
  /** All settings of the run. */
  readonly settings: Required<FewShotOptions> & {
    /** The similarity that the prototypes are compared by. */
    readonly metric: 'cosine';
  };
  /** Number of classes with enough clips to be drawn. */
  readonly eligible: number;
  /** Classes with clips, but fewer than `shots + queries`; ascending. They are never drawn. */
  readonly omitted: readonly number[];
}

const optionNames: OptionNames<FewShotOptions> = {
  ways: true,
  shots: true,
  queries: true,
  episodes: true,
};

/**
 * Mean accuracy of N-way K-shot episodes on frozen features: a query is predicted as the class whose
 * prototype, the mean of the unit vectors of its K clips, is nearest in cosine similarity.
 *
 * Each episode draws N classes and K + `queries` different clips of each. Episodes and interval follow
 * Snell et al. 2017 (Prototypical networks, section 3: 15 queries a class, 600 episodes).
 *
 * @param features - clips of classes that the encoder was not trained on with labels.
 * @param rng - forked by `'episode', e`; each fork draws N classes and K + `queries` clips of each.
 * @throws RangeError if fewer than N classes have enough clips, an option is out of range, a vector is
 *   zero or not finite, or the clips of a class cancel out, so that their mean has no direction.
 *
 * @remarks Snell et al. use Euclidean distances, on features trained for them; Vinyals et al. 2016 use the cosine.
 * @example
 * ```ts
 * const { accuracy, interval } = await fewShot(features, { ways: 5, shots: 1 }, createRandom(0));
 * ```
 */
export function fewShot(features: Features, options: FewShotOptions, rng: Random): FewShotResult {
  expectOptions('fewShot', options, optionNames);
  expectRandom('fewShot', rng);
  const { ways = 5, shots = 1, queries = 15, episodes = 600 } = options;
  expectPositiveIntegers('fewShot', { ways, shots, queries, episodes });
  if (episodes < 2) {
    throw new RangeError(
      `fewShot: expected episodes to be at least 2 to have an interval, got ${episodes}`,
    );
  }
  const size = checkFeatures('fewShot', 'features', features);
  const unit = unitRows('fewShot', 'features', features.features, size);
  const { eligible, omitted } = rowsOfClasses(features.labels, shots + queries);
  if (eligible.length < ways) {
    throw new RangeError(
      `fewShot: expected at least ${ways} classes with ${shots} + ${queries} clips (shots + queries), ` +
        `got ${eligible.length}; choose fewer ways, shots or queries`,
    );
  }
  const accuracies = Float64Array.from({ length: episodes }, (_, e) => {
    const own = rng.fork('episode', e);
    const drawn = Array.from(choose(ways, eligible.length, own), (c) => {
      const rows = eligible[c] as Int32Array;
      return choose(shots + queries, rows.length, own).map((i) => rows[i] as number);
    });
    return episode(drawn, shots, (row) => unit.slice(row, row + 1));
  });
  const { mean, halfWidth } = normalInterval(accuracies);
  return {
    accuracy: mean,
    interval: {
      low: mean - halfWidth,
      high: mean + halfWidth,
      confidence: 0.95,
      method: 'normal',
    },
    accuracies,
    settings: { ways, shots, queries, episodes, metric: 'cosine' },
    eligible: eligible.length,
    omitted,
  };
}

/** The rows of each class that has at least `least` of them, and the classes that have fewer. */
function rowsOfClasses(
  labels: Int32Array,
  least: number,
): { readonly eligible: readonly Int32Array[]; readonly omitted: readonly number[] } {
  const byClass = new Map<number, number[]>();
  labels.forEach((label, row) => {
    const rows = byClass.get(label);
    if (rows) rows.push(row);
    else byClass.set(label, [row]);
  });
  const classes = [...byClass].sort(([a], [b]) => a - b);
  return {
    eligible: classes
      .filter(([, rows]) => rows.length >= least)
      .map(([, rows]) => Int32Array.from(rows)),
    omitted: classes.filter(([, rows]) => rows.length < least).map(([label]) => label),
  };
}

/** The fraction of an episode's queries whose nearest prototype is that of their own class. */
function episode(
  classes: readonly Int32Array[],
  shots: number,
  vector: (row: number) => Float32Array,
): number {
  const prototypes = classes.map((rows) =>
    prototypeOf(Array.from(rows.subarray(0, shots), vector)),
  );
  let right = 0;
  let count = 0;
  classes.forEach((rows, own) => {
    for (const row of rows.subarray(shots)) {
      const query = vector(row);
      const cosines = prototypes.map((prototype) => dot(prototype, query));
      if (cosines.indexOf(Math.max(...cosines)) === own) right += 1;
      count += 1;
    }
  });
  return right / count;
}

/** The mean of unit vectors, scaled to unit length. */
function prototypeOf(vectors: readonly Float32Array[]): Float64Array {
  const mean = new Float64Array(vectors[0]?.length ?? 0);
  for (const vector of vectors) {
    for (let d = 0; d < mean.length; d += 1) mean[d] = (mean[d] as number) + (vector[d] as number);
  }
  const length = Math.sqrt(mean.reduce((sum, value) => sum + value * value, 0));
  // Below the rounding error of float32 unit vectors the direction of the mean is arbitrary.
  if (length < 1e-6 * vectors.length) {
    throw new RangeError(
      'fewShot: expected the shots of a class to have a mean direction, got clips that cancel out',
    );
  }
  return mean.map((value) => value / length);
}

function dot(a: Float64Array, b: Float32Array): number {
  let sum = 0;
  for (let d = 0; d < a.length; d += 1) sum += (a[d] as number) * (b[d] as number);
  return sum;
}

/** Mean and 1.96 standard errors, of at least two values. */
function normalInterval(values: Float64Array): {
  readonly mean: number;
  readonly halfWidth: number;
} {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const variance = squares / (values.length - 1);
  return { mean, halfWidth: 1.96 * Math.sqrt(variance / values.length) };
}
