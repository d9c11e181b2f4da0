import type { Random } from '@halp/random';

/**
 * How far positives go towards the boundary: a number λ in [0, 1], or `'fixed-margin'`.
 *
 * λ: t = (1 - u) t*, u ~ U(0, λ): 0 puts every positive on the boundary, 1 spreads them down to the
 * anchor; 0.8 in HaLP. `'fixed-margin'`: t = t* - 0.01, the authors' variant behind the value 1000
 * of their option (generator.py:32-34).
 */
export type Hardness = number | 'fixed-margin';

/** How many positives are drawn, and how hard they are. */
export interface DrawOptions {
  /** N, the number of anchors. */
  readonly anchors: number;
  /** P, the number of prototypes. */
  readonly prototypes: number;
  /** G, the number of positives for each anchor; 100 unless given. */
  readonly count?: number;
  /** 0.8 unless given. */
  readonly lambda?: Hardness;
}

/** Everything random about hallucinated positives, as plain numbers. */
export interface PositiveDraws {
  /** `[N, G]`. */
  readonly shape: readonly [anchors: number, count: number];
  /**
   * Which prototype each positive moves to, `[N, G]` row by row: an index into the anchor's prototypes
   * sorted by ascending similarity, without the last (its nearest); in [0, P - 1).
   */
  readonly target: Int32Array;
  /** u `[N, G]` row by row: the share of the way to the boundary that is left out; in [0, λ). */
  readonly uniform: Float32Array;
  /** What is taken off t after that: 0.01 for `'fixed-margin'`, else 0. */
  readonly margin: number;
}

/**
 * The random choices of N * G positives.
 *
 * Source: HaLP, section 3.3; generator.py:12, 35-37.
 *
 * @param rng - draws N * G integers (targets), then, unless `'fixed-margin'`, N * G uniforms. With one
 * prototype there is nowhere to go: nothing is drawn.
 * @throws RangeError if a size is not a positive integer or λ lies outside [0, 1].
 * @remarks The authors draw targets among at most the 20 prototypes after the nearest, which for their
 * 20 prototypes means all others, as here.
 */
export function drawPositives(
  { anchors, prototypes, count = 100, lambda = 0.8 }: DrawOptions,
  rng: Random,
): PositiveDraws {
  for (const [name, value] of Object.entries({ anchors, prototypes, count })) {
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new RangeError(`drawPositives: expected a positive integer ${name}, got ${value}`);
    }
  }
  if (lambda !== 'fixed-margin' && !(lambda >= 0 && lambda <= 1)) {
    throw new RangeError(
      `drawPositives: expected lambda in [0, 1] or 'fixed-margin', got ${String(lambda)}`,
    );
  }
  const target = new Int32Array(anchors * count);
  const uniform = new Float32Array(anchors * count);
  if (prototypes > 1) {
    for (let i = 0; i < target.length; i++) target[i] = rng.integer(prototypes - 1);
    if (lambda !== 'fixed-margin') {
      for (let i = 0; i < uniform.length; i++) uniform[i] = lambda * rng.uniform();
    }
  }
  const margin = lambda === 'fixed-margin' ? 0.01 : 0;
  return { shape: [anchors, count], target, uniform, margin };
}
