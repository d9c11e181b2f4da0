import * as tf from '@tensorflow/tfjs-core';
import { withoutGradient } from '@halp/nn';
import type { Random } from '@halp/random';
import { expectOptions, type OptionNames } from '@halp/random/check';
import { checkGeometry, drawsFor } from './check.ts';
import type { Hardness, PositiveDraws } from './draw-positives.ts';
import { type Boundary, combinations } from './geodesic.ts';

/** Options of {@link hallucinate}. */
export interface HallucinateOptions {
  /** G, the number of positives for each anchor. Default: 100. */
  readonly count?: number;
  /** The position of positives between anchor and boundary. Default: 0.8. */
  readonly lambda?: Hardness;
  /** The prototypes that limit a positive. Default: `'pairwise'`, as in the paper. */
  readonly boundary?: Boundary;
}

/** Hallucinated positives, owned by the caller. */
export interface HallucinatedPositives {
  /** Unit rows `[N, G, D]`, including the rejected ones. */
  readonly positives: tf.Tensor3D;
  /** 1 for a kept positive, 0 for a rejected one; `[N, G]`, float32. */
  readonly kept: tf.Tensor2D;
}

const optionNames: OptionNames<HallucinateOptions> = {
  count: true,
  lambda: true,
  boundary: true,
};

/**
 * Positives on the great circles from each anchor k to randomly chosen prototypes ps, up to the boundary at which k's
 * nearest prototype p0 is no longer the nearest.
 *
 * z(t) = [sin((1 - t) Ω) k + sin(t Ω) ps] / sin Ω, Ω = arccos(k.ps), t = (1 - u) t*, u ~ U(0, λ); t*
 * is where p0 and ps (`'pairwise'`) or p0 and any other prototype (`'exact'`) are equally near. A
 * positive is kept if p0 is its nearest prototype: under `'exact'` all of them, and under `'unfiltered'`, which is
 * otherwise `'pairwise'`, all except those with a ps opposite to the anchor. Source: HaLP, section 3.3; generator.py:8-43.
 *
 * The positives are constants: there is no gradient for anchors or prototypes. For training, {@link halpLoss} computes
 * the mean over the same positives without materialising them.
 *
 * @param anchors - unit rows `[N, D]`.
 * @param prototypes - unit rows `[P, D]`. With one prototype no positive is kept.
 * @param draws - a stream, used as in {@link drawPositives}, or earlier draws.
 * @throws RangeError if shapes or draws do not match, or an option is outside its range.
 * @remarks In cases where the authors' code gives NaN or a point outside the arc, this function does not: cosines are
 * clamped, t* is computed with atan2 (never negative), a positive of an anchor at ps is the anchor, and a ps opposite to
 * the anchor gives a rejected positive. A tie within 1e-6 counts as kept; at λ = 0 the authors' code decides it by
 * rounding. A fixed margin never moves a positive behind the anchor.
 */
export function hallucinate(
  anchors: tf.Tensor2D,
  prototypes: tf.Tensor2D,
  options: HallucinateOptions,
  draws: Random | PositiveDraws,
): HallucinatedPositives {
  const { boundary = 'pairwise' } = expectOptions('hallucinate', options, optionNames);
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
