import {
  expectArray,
  expectObject,
  expectOneOf,
  expectOptions,
  gotText,
  type OptionNames,
} from '@halp/random/check';
import type { Features } from '../features/features.ts';
import { checkFeatures, checkSameSize } from '../features/features.ts';
import { unitRows } from '../features/unit-rows.ts';
import { checkScores } from '../metrics/metrics.ts';

/** The scores of one stream. */
export interface ScorePart {
  /** `[n, classes]`, row-major: logits, votes or similarities. */
  readonly scores: Float32Array;
  /** Weight of the stream, at least 0. Default: 1. */
  readonly weight?: number;
}

/** Options of {@link fuseScores}. */
export interface FuseScoresOptions {
  /** Number of classes. */
  readonly classes: number;
  /**
   * What is summed. `scores`: the scores as they are. `probabilities`: their softmax over the classes,
   * for logits of probes that were trained separately and have different scales.
   */
  readonly of: 'scores' | 'probabilities';
}

const fuseScoresNames: OptionNames<FuseScoresOptions> = {
  classes: true,
  of: true,
};

/**
 * The fused scores of several streams, `[n, classes]`: Σ_s weight_s · scores_s, or of their softmax.
 *
 * The score-level fusion of two-stream networks (Shi et al. 2019, 2s-AGCN: softmax scores of joint and bone
 * are added). The sum is not divided by the sum of the weights; that would not change a prediction.
 *
 * @param parts - streams of the same clips in the same order.
 * @throws RangeError if there is no part, sizes disagree, a score is not finite, or a weight is negative or
 *   not finite, or all are 0.
 *
 * @example
 * ```ts
 * const scores = fuseScores(
 *   [{ scores: joint.scores, weight: 0.6 }, { scores: motion.scores, weight: 0.4 }],
 *   { classes: 60, of: 'probabilities' },
 * );
 * const { accuracy } = createEvaluation({ ...described, labels, scores });
 * ```
 */
export function fuseScores(parts: readonly ScorePart[], options: FuseScoresOptions): Float32Array {
  expectParts('fuseScores', parts);
  const { classes, of } = expectOptions('fuseScores', options, fuseScoresNames);
  expectOneOf('fuseScores', 'of', of, ['scores', 'probabilities']);
  for (const { scores } of parts) checkScores('fuseScores', scores, classes);
  const weights = weightsOf('fuseScores', parts);
  const length = parts[0]?.scores.length ?? 0;
  const sum = new Float64Array(length);
  parts.forEach(({ scores }, s) => {
    checkScores('fuseScores', scores, classes);
    const broken = scores.find((score) => !Number.isFinite(score));
    if (scores.length !== length || length === 0 || broken !== undefined) {
      throw new RangeError(
        `fuseScores: expected at least one part, finite and of the same clips, got ` +
          `${broken ?? `${length} and ${scores.length}`} values`,
      );
    }
    const terms = of === 'probabilities' ? softmaxRows(scores, classes) : scores;
    terms.forEach((term, i) => {
      sum[i] = (sum[i] as number) + (weights[s] as number) * term;
    });
  });
  return Float32Array.from(sum);
}

/** The features of one stream. */
export interface FeaturePart {
  /** `[n, D]` and labels. */
  readonly features: Features;
  /** Weight of the stream, at least 0. Default: 1. */
  readonly weight?: number;
}

/** Options of {@link fuseFeatures}. */
export interface FuseFeaturesOptions {
  /**
   * `mean`: Σ_s weight_s · f_s / Σ_s weight_s, for streams of equal D; with equal weights, the authors' `all` for
   * kNN. `concatenation`: the weight_s · f_s concatenated; a cosine then weighs the products of a stream by
   * weight_s².
   */
  readonly how: 'mean' | 'concatenation';
  /** Whether rows are scaled to unit length first, so that long vectors do not dominate. Default: false. */
  readonly unit?: boolean;
}

const fuseFeaturesNames: OptionNames<FuseFeaturesOptions> = {
  how: true,
  unit: true,
};

/**
 * The fused features of several streams, with their labels.
 *
 * @param parts - streams of the same clips in the same order.
 * @throws RangeError if there is no part, sizes or labels disagree, a value is not finite, or a weight is
 *   negative or not finite, or all are 0; with `unit` also if a row is zero.
 */
export function fuseFeatures(
  parts: readonly FeaturePart[],
  options: FuseFeaturesOptions,
): Features {
  expectParts('fuseFeatures', parts);
  const { how, unit = false } = expectOptions('fuseFeatures', options, fuseFeaturesNames);
  for (const { features } of parts) checkFeatures('fuseFeatures', 'parts', features);
  if (how !== 'mean' && how !== 'concatenation') {
    throw new RangeError(
      `fuseFeatures: expected how to be 'mean' or 'concatenation', got ${gotText(how)}`,
    );
  }
  const weights = weightsOf('fuseFeatures', parts);
  const [first] = parts as readonly [FeaturePart, ...FeaturePart[]];
  const { labels } = first.features;
  const sizes = parts.map(({ features }) => checkFeatures('fuseFeatures', 'parts', features));
  for (const { features } of parts) {
    if (how === 'mean') checkSameSize('fuseFeatures', 'parts', features, sizes[0] as number);
    const same =
      features.labels.length === labels.length &&
      labels.every((label, row) => label === features.labels[row]);
    if (!same)
      throw new RangeError('fuseFeatures: expected parts of the same clips, got different labels');
  }
  const rows = parts.map(({ features: { features } }, s) =>
    unit
      ? unitRows('fuseFeatures', 'parts', features, sizes[s] as number).slice(0, labels.length)
      : features,
  );
  const features = how === 'mean' ? mean(rows, weights) : beside(rows, weights, labels.length);
  return { features, labels: Int32Array.from(labels) };
}

function mean(parts: readonly Float32Array[], weights: readonly number[]): Float32Array {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const sum = new Float64Array(parts[0]?.length ?? 0);
  parts.forEach((part, s) => {
    part.forEach((value, i) => {
      sum[i] = (sum[i] as number) + (weights[s] as number) * value;
    });
  });
  return Float32Array.from(sum, (value) => value / total);
}

function beside(
  parts: readonly Float32Array[],
  weights: readonly number[],
  count: number,
): Float32Array {
  const sizes = parts.map((part) => part.length / count);
  const width = sizes.reduce((sum, size) => sum + size, 0);
  const result = new Float32Array(count * width);
  let offset = 0;
  parts.forEach((part, s) => {
    const size = sizes[s] as number;
    part.forEach((value, i) => {
      result[Math.floor(i / size) * width + offset + (i % size)] = (weights[s] as number) * value;
    });
    offset += size;
  });
  return result;
}

function weightsOf(caller: string, parts: readonly { readonly weight?: number }[]): number[] {
  const weights = parts.map(({ weight = 1 }) => weight);
  const wrong = weights.find((weight) => !(weight >= 0 && Number.isFinite(weight)));
  if (wrong !== undefined || !weights.some((weight) => weight > 0)) {
    throw new RangeError(
      `${caller}: expected finite weights of at least 0, one of them positive, ` +
        `got ${wrong ?? (weights.join(', ') || 'no part')}`,
    );
  }
  return weights;
}

function softmaxRows(scores: Float32Array, classes: number): Float64Array {
  const result = Float64Array.from(scores);
  for (let start = 0; start < result.length; start += classes) {
    const row = result.subarray(start, start + classes);
    const largest = row.reduce((a, b) => Math.max(a, b));
    const sum = row.reduce((total, score) => total + Math.exp(score - largest), 0);
    row.forEach((score, i) => (row[i] = Math.exp(score - largest) / sum));
  }
  return result;
}

function expectParts(caller: string, parts: readonly object[]): void {
  expectArray(caller, 'a list of parts', parts);
  for (const part of parts) expectObject(caller, part, 'each part as an object');
}
