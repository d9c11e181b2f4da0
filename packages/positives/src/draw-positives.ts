import type { Random } from '@halp/random';
import {
  expectOptions,
  expectPositiveIntegers,
  expectRandom,
  gotText,
  type OptionNames,
} from '@halp/random/check';

/** One hardness for every positive. */
export interface FixedHardness {
  /** t / t*, in [0, 1]. */
  readonly hardness: number;
}

/**
 * The position of positives between anchor and boundary, t as a share of t*.
 *
 * - λ in [0, 1]: t = (1 - u) t*, u ~ U(0, λ): 0 puts every positive on the boundary, 1 spreads them from
 *   the boundary to the anchor; 0.8 in HaLP (section 3.3; generator.py:35-37).
 * - `[low, high]` in [0, 1]: the same with u ~ U(low, high); λ is `[0, λ]`.
 * - `{ hardness }` in [0, 1]: t = hardness t* for every positive; nothing is drawn.
 * - `'fixed-margin'`: t = t* - 0.01, the authors' variant for the value 1000 of their option
 *   (generator.py:32-34).
 */
export type Hardness =
  number | readonly [low: number, high: number] | FixedHardness | 'fixed-margin';

/** Number and hardness of the positives. */
export interface DrawOptions {
  /** N, the number of anchors. */
  readonly anchors: number;
  /** P, the number of prototypes. */
  readonly prototypes: number;
  /** G, the number of positives for each anchor. Default: 100. */
  readonly count?: number | undefined;
  /** The hardness. Default: 0.8. */
  readonly lambda?: Hardness | undefined;
}

/** All random numbers of hallucinated positives, as plain numbers. */
export interface PositiveDraws {
  /** `[N, G]`. */
  readonly shape: readonly [anchors: number, count: number];
  /**
   * The target prototype of each positive, `[N, G]` row by row: an index into the anchor's prototypes
   * sorted by ascending similarity, without the last (its nearest); in [0, P - 1).
   */
  readonly target: Int32Array;
  /** u `[N, G]` row by row: the remaining share of the arc to the boundary; in [0, 1]. */
  readonly uniform: Float32Array;
  /** Subtracted from t: 0.01 for `'fixed-margin'`, 0 otherwise. */
  readonly margin: number;
}

/**
 * The random choices of N * G positives.
 *
 * Source: HaLP, section 3.3; generator.py:12, 35-37.
 *
 * @param rng - draws N * G integers (targets), then, for λ and for a range, N * G uniforms. With one
 * prototype there is no target, and nothing is drawn.
 * @throws RangeError if a size is not a positive integer or `lambda` is outside [0, 1].
 * @remarks The authors draw targets among at most the 20 prototypes after the nearest, which with their
 * 20 prototypes are all others, as here.
 */
export function drawPositives(options: DrawOptions, rng: Random): PositiveDraws {
  return drawFor('drawPositives', options, rng);
}

const optionNames: OptionNames<DrawOptions> = {
  anchors: true,
  prototypes: true,
  count: true,
  lambda: true,
};

/** {@link drawPositives} with another name in its errors. */
export function drawFor(caller: string, options: DrawOptions, rng: Random): PositiveDraws {
  const {
    anchors,
    prototypes,
    count = 100,
    lambda = 0.8,
  } = expectOptions(caller, options, optionNames);
  expectPositiveIntegers(caller, { anchors, prototypes, count });
  const { low, high, drawn } = uniformRange(caller, lambda);
  expectRandom(caller, rng);
  const target = new Int32Array(anchors * count);
  const uniform = new Float32Array(anchors * count).fill(low);
  if (prototypes > 1) {
    for (let i = 0; i < target.length; i++) target[i] = rng.integer(prototypes - 1);
    if (drawn) {
      for (let i = 0; i < uniform.length; i++) uniform[i] = low + (high - low) * rng.uniform();
    }
  }
  const margin = lambda === 'fixed-margin' ? 0.01 : 0;
  return { shape: [anchors, count], target, uniform, margin };
}

/** The range of u, and whether u is drawn from it. */
interface UniformRange {
  readonly low: number;
  readonly high: number;
  readonly drawn: boolean;
}

/** The range of u for a hardness. @throws RangeError if the hardness is outside its range. */
export function uniformRange(caller: string, lambda: Hardness): UniformRange {
  if (lambda === 'fixed-margin') return { low: 0, high: 0, drawn: false };
  const { low, high, drawn } = limitsOf(lambda);
  const finite = Number.isFinite(low) && Number.isFinite(high);
  if (!(finite && low >= 0 && low <= high && high <= 1)) {
    throw new RangeError(
      `${caller}: expected lambda in [0, 1], a range [low, high] or a hardness within it, or ` +
        `'fixed-margin', got ${typeof lambda === 'object' ? JSON.stringify(lambda) : gotText(lambda)}`,
    );
  }
  return { low, high, drawn };
}

/** The range of u, unchecked. */
function limitsOf(lambda: Hardness): UniformRange {
  if (typeof lambda === 'number') return { low: 0, high: lambda, drawn: true };
  if (typeof lambda !== 'object' || (lambda as Hardness | null) === null)
    return { low: NaN, high: NaN, drawn: false };
  if ('hardness' in lambda) {
    const left = 1 - lambda.hardness;
    return { low: left, high: left, drawn: false };
  }
  const [low, high] = lambda;
  return { low, high: lambda.length === 2 ? high : NaN, drawn: true };
}
