import * as tf from '@tensorflow/tfjs-core';
import { withoutGradient } from '@halp/nn';
import type { Random } from '@halp/random';
import { expectOptions } from '@halp/random/check';
import { checkGeometry, drawsFor } from './check.ts';
import type { Hardness, PositiveDraws } from './draw-positives.ts';
import { type Boundary, combinations } from './geodesic.ts';

/** How positives are hallucinated. */
export interface HallucinateOptions {
  /** G, the number of positives for each anchor; 100 unless given. */
  readonly count?: number;
  /** How far positives go towards the boundary; 0.8 unless given. */
  readonly lambda?: Hardness;
  /** What the boundary is; `'pairwise'`, the paper's, unless given. */
  readonly boundary?: Boundary;
}

/** Hallucinated positives, owned by the caller. */
export interface HallucinatedPositives {
  /** Unit rows `[N, G, D]`, the rejected ones included. */
  readonly positives: tf.Tensor3D;
  /** 1 where the positive counts, 0 where it is rejected; `[N, G]`, float32. */
  readonly kept: tf.Tensor2D;
}

/**
 * Positives on the sphere between each anchor k and randomly chosen prototypes, as far as k's nearest
 * prototype p0 stays nearest.
 *
 * z(t) = [sin((1 - t) Ω) k + sin(t Ω) ps] / sin Ω, Ω = arccos(k.ps), t = (1 - u) t*, u ~ U(0, λ); t*
 * is where p0 and ps (`'pairwise'`) or p0 and any other prototype (`'exact'`) are equally near. A
 * positive is kept if p0 is nearest to it; under `'exact'` all are, and under `'unfiltered'`, which is
 * `'pairwise'` otherwise, all but those with no way to go. Source: HaLP, section 3.3; generator.py:8-43.
 *
 * Constants: no gradient flows to anchors or prototypes. For training, {@link halpLoss} gives the same
 * without materialising anything.
 *
 * @param anchors - unit rows `[N, D]`.
 * @param prototypes - unit rows `[P, D]`. With a single one nothing is kept.
 * @param draws - a stream, drawn from as by {@link drawPositives}, or draws made before.
 * @throws RangeError if shapes or draws do not fit, or an option lies outside its range.
 * @remarks Where the authors' code gives NaN or a point outside the arc, this does not: cosines are
 * clamped, t* is taken by atan2 (never negative), an anchor on ps stays where it is, and a ps opposite
 * to the anchor gives a rejected positive. Equal nearness to 1e-6 counts as kept; there, at λ = 0,
 * the authors' choice is a matter of rounding. A fixed margin never moves behind the anchor.
 */
export function hallucinate(
  anchors: tf.Tensor2D,
  prototypes: tf.Tensor2D,
  options: HallucinateOptions,
  draws: Random | PositiveDraws,
): HallucinatedPositives {
  const { boundary = 'pairwise' } = expectOptions('hallucinate', options);
  checkGeometry('hallucinate', { anchors, prototypes, boundary });
  const [p, d] = prototypes.shape;
  const resolved = drawsFor('hallucinate', [anchors.shape[0], p], options, draws);
  const [n, g] = resolved.shape;
  return tf.tidy(() => {
    const constant = withoutGradient(() => tf.clone(anchors));
    const from = tf.expandDims(constant, 1);
    if (p === 1) {
      return {
        positives: tf.tile(from, [1, g, 1]) as tf.Tensor3D,
        kept: tf.zeros<tf.Rank.R2>([n, g]),
      };
    }
    const { toAnchor, toTarget, target, kept } = combinations(
      constant,
      prototypes,
      resolved,
      boundary,
    );
    const chosen: tf.Tensor2D = tf.reshape(target, [n * g, p]);
    const to = tf.reshape(tf.matMul(chosen, prototypes), [n, g, d]);
    const positives: tf.Tensor3D = tf.add(tf.mul(toAnchor, from), tf.mul(toTarget, to));
    return { positives, kept: tf.reshape<tf.Rank.R2>(kept, [n, g]) };
  });
}
