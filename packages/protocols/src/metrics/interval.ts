import type { Random } from '@halp/random';
import {
  expectInteger,
  expectOptions,
  expectRandom,
  gotText,
  type OptionNames,
} from '@halp/random/check';

/** Confidence interval of a mean over clips, for other clips drawn from the same source. */
export interface Interval {
  /** Lower end, in the unit of the mean. */
  readonly low: number;
  /** Upper end. */
  readonly high: number;
  /** The fraction of repetitions whose interval covers the mean, such as 0.95. */
  readonly confidence: number;
  /**
   * How it was computed. `exact-bootstrap`: percentiles over *all* resamples of the clips, in closed
   * form. `bootstrap`: percentiles over `resamples` drawn resamples. `normal`: mean ± 1.96 standard errors.
   */
  readonly method: 'exact-bootstrap' | 'bootstrap' | 'normal';
  /** Number of drawn resamples; only for `bootstrap`. */
  readonly resamples?: number;
}

/** Options of {@link accuracyInterval}. */
export interface AccuracyIntervalOptions {
  /** The fraction of repetitions to cover, in (0, 1). Default: 0.95. */
  readonly confidence?: number;
}

const accuracyIntervalNames: OptionNames<AccuracyIntervalOptions> = {
  confidence: true,
};

/**
 * The percentile bootstrap interval of an accuracy, over every possible resample of its clips.
 *
 * A resample draws `total` clips with replacement, so the number of correct ones among them follows
 * Binomial(total, correct / total): the percentiles (1 ∓ confidence) / 2 of the bootstrap (Efron and
 * Tibshirani 1993, chapter 13) are quantiles of that distribution over `total`. It is the
 * limit of a drawn bootstrap as the number of resamples grows; nothing is drawn and there is no seed.
 *
 * @remarks Clips of one person resemble each other; for other *people* the interval is too narrow. If
 * no clip or every clip is correct, the interval has length 0, as for every bootstrap.
 * @throws RangeError if the counts are not integers, `correct` is not in 0..total, or `total` is 0.
 */
export function accuracyInterval(
  correct: number,
  total: number,
  options: AccuracyIntervalOptions = {},
): Interval {
  const { confidence = 0.95 } = expectOptions('accuracyInterval', options, accuracyIntervalNames);
  const isCount = Number.isSafeInteger(correct) && Number.isSafeInteger(total);
  if (!isCount || total < 1 || correct < 0 || correct > total) {
    throw new RangeError(
      `accuracyInterval: expected correct to be an integer in 0..total, total at least 1, ` +
        `got ${gotText(correct)} of ${gotText(total)}`,
    );
  }
  const [low, high] = tails('accuracyInterval', confidence);
  const quantile = binomialQuantiles(total, correct / total);
  return {
    low: quantile(low) / total,
    high: quantile(high) / total,
    confidence,
    method: 'exact-bootstrap',
  };
}

/** Options of {@link bootstrapInterval}. */
export interface BootstrapOptions extends AccuracyIntervalOptions {
  /** Number of resamples to draw. Default: 1000. */
  readonly resamples?: number;
}

const bootstrapNames: OptionNames<BootstrapOptions> = {
  resamples: true,
  confidence: true,
};

/**
 * The percentile bootstrap interval of the mean of any values, such as average precisions.
 *
 * Each resample draws n values with replacement; the ends are the percentiles (1 ∓ confidence) / 2 of
 * the resamples' means, interpolated linearly (Efron and Tibshirani 1993, chapter 13). For values that
 * are 0 or 1 use {@link accuracyInterval}.
 *
 * @param values - `[n]`, one a clip.
 * @param rng - draws n integers for each resample.
 * @throws RangeError if there is no value, one is not finite, or an option is out of range.
 */
export function bootstrapInterval(
  values: ArrayLike<number>,
  options: BootstrapOptions,
  rng: Random,
): Interval {
  const { confidence = 0.95, resamples = 1000 } = expectOptions(
    'bootstrapInterval',
    options,
    bootstrapNames,
  );
  expectRandom('bootstrapInterval', rng);
  if (!Number.isInteger((values as ArrayLike<number> | undefined)?.length)) {
    throw new TypeError(`bootstrapInterval: expected a list of values, got ${gotText(values)}`);
  }
  const odd = Array.from(values).find((value) => typeof value !== 'number');
  if (odd !== undefined) {
    throw new TypeError(`bootstrapInterval: expected numbers as values, got ${gotText(odd)}`);
  }
  const [low, high] = tails('bootstrapInterval', confidence);
  expectInteger('bootstrapInterval', 'resamples', resamples, 1);
  const all = Float64Array.from(values);
  if (all.length === 0 || !all.every(Number.isFinite)) {
    throw new RangeError(
      `bootstrapInterval: expected values to be finite and at least 1, got ` +
        `${all.length === 0 ? 'none' : String(all.find((value) => !Number.isFinite(value)))}`,
    );
  }
  const means = Float64Array.from({ length: resamples }, () => {
    let sum = 0;
    for (let i = 0; i < all.length; i += 1) sum += all[rng.integer(all.length)] as number;
    return sum / all.length;
  }).sort();
  return {
    low: percentile(means, low),
    high: percentile(means, high),
    confidence,
    method: 'bootstrap',
    resamples,
  };
}

function tails(caller: string, confidence: number): readonly [low: number, high: number] {
  if (!(Number.isFinite(confidence) && confidence > 0 && confidence < 1)) {
    throw new RangeError(
      `${caller}: expected confidence to be in (0, 1), got ${gotText(confidence)}`,
    );
  }
  return [(1 - confidence) / 2, (1 + confidence) / 2];
}

function percentile(sorted: Float64Array, q: number): number {
  const place = q * (sorted.length - 1);
  const below = sorted[Math.floor(place)] as number;
  const above = sorted[Math.ceil(place)] as number;
  return below + (place - Math.floor(place)) * (above - below);
}

/** The quantile function of Binomial(n, p): the smallest k with P(X <= k) >= q. */
function binomialQuantiles(n: number, p: number): (q: number) => number {
  const mode = Math.min(n, Math.floor((n + 1) * p));
  const odds = p / (1 - p);
  // Relative to the mode, since factorials would overflow; terms that underflow are negligible.
  const weights = new Float64Array(n + 1);
  weights[mode] = 1;
  for (let k = mode; k < n && p < 1; k += 1) {
    weights[k + 1] = (weights[k] as number) * ((n - k) / (k + 1)) * odds;
  }
  for (let k = mode; k > 0 && p < 1; k -= 1) {
    weights[k - 1] = (weights[k] as number) * (k / (n - k + 1) / odds);
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return (q) => {
    let sum = 0;
    return weights.findIndex((weight) => (sum += weight) >= q * total);
  };
}
