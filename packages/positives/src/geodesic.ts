import * as tf from '@tensorflow/tfjs-core';
import type { PositiveDraws } from './draw-positives.ts';

/**
 * The prototypes that limit a positive: `'pairwise'`, the target prototype only, followed by a filter that rejects
 * positives nearer to another prototype (as in the paper); `'exact'`, all prototypes; `'unfiltered'`, pairwise without
 * the filter, to measure the filter's effect.
 */
export type Boundary = 'pairwise' | 'exact' | 'unfiltered';

/** Positives as combinations z = toAnchor k + toTarget ps. */
export interface Combinations {
  /** `[N, G, 1]`. */
  readonly toAnchor: tf.Tensor3D;
  /** `[N, G, 1]`. */
  readonly toTarget: tf.Tensor3D;
  /** The target prototype ps, one-hot; `[N, G, P]`. */
  readonly target: tf.Tensor3D;
  /** 1 if the nearest prototype of z is that of k, or the filter is off; 0 otherwise; `[N, G, 1]`. */
  readonly kept: tf.Tensor3D;
  /** The angle between k and z, in radians; `[N, G, 1]`. */
  readonly angle: tf.Tensor3D;
  /** The position of z between anchor and boundary, t / t*; in [0, 1], `[N, G, 1]`. */
  readonly hardness: tf.Tensor3D;
}

// Cosines of float32 vectors have an error of about 1e-7, which determines these limits:
/** Two prototypes count as the same point if their cosine is above 1 - SAME. */
const SAME = 1e-6;
/** A positive counts as inside the boundary up to this difference of cosines. */
const TIE = 1e-6;
/** Below this sine the direction of a geodesic is not reliable. */
const SMALLEST_SINE = 1e-3;
/** A shorter arc to the boundary counts as length 0. */
const SMALLEST_ANGLE = 1e-6;

/**
 * The positives as coefficients of anchor and target, computed from k Pᵀ and P Pᵀ only, without an `[N, G, D]` tensor.
 *
 * On the great circle from k through ps, at the angle θ: z.p = cos θ k.p + sin θ u.p with the unit
 * tangent u = (ps - cos Ω k) / sin Ω, cos Ω = k.ps. Prototype p is nearer than p0 beyond
 * θ_p = atan2(a, -b), a = k.(p0 - p) >= 0, b = u.(p0 - p). `'exact'` stops at the smallest θ_p, the
 * other modes at θ_ps. The positive is at θ = (1 - uniform) θ_stop - margin Ω, at least 0.
 *
 * Needs at least two prototypes. Not differentiable: call it off the tape.
 */
export function combinations(
  anchors: tf.Tensor2D,
  prototypes: tf.Tensor2D,
  draws: PositiveDraws,
  boundary: Boundary,
): Combinations {
  const [n, g] = draws.shape;
  const p = prototypes.shape[0];
  return tf.tidy(() => {
    const gram = tf.matMul(prototypes, prototypes, false, true);
    const similarity = tf.reshape(tf.matMul(anchors, prototypes, false, true), [n, 1, p]);
    const sorted = tf.topk(similarity, p, true);
    const nearest = oneHot(tf.slice(sorted.indices, [0, 0, 0], [n, 1, 1]), n, p);
    const cosineNearest = tf.slice(sorted.values, [0, 0, 0], [n, 1, 1]);
    const order: tf.Tensor1D = tf.reshape(sorted.indices, [n * p]);
    const chosen = oneHot(tf.gather(order, sortedPositions(draws.target, p, g)), n * g, p);
    const target: tf.Tensor3D = tf.reshape(chosen, [n, g, p]);
    const targetToAll = tf.reshape(tf.matMul(chosen, gram), [n, g, p]);
    const targetToNearest = tf.sum(tf.mul(targetToAll, tf.reshape(nearest, [n, 1, p])), 2, true);

    const cosine = tf.clipByValue(tf.sum(tf.mul(target, similarity), 2, true), -1, 1);
    const sine = tf.sqrt(tf.mul(tf.sub(1, cosine), tf.add(1, cosine)));
    const omega = tf.atan2(sine, cosine);
    const stop =
      boundary !== 'exact'
        ? crossing({
            a: tf.sub(cosineNearest, cosine),
            targetDifference: tf.sub(1, targetToNearest),
            nearestToOther: targetToNearest,
            sine,
            cosine,
          })
        : tf.min(
            crossing({
              a: tf.sub(cosineNearest, similarity),
              targetDifference: tf.sub(targetToAll, targetToNearest),
              nearestToOther: tf.reshape(tf.matMul(nearest, gram), [n, 1, p]),
              sine,
              cosine,
            }),
            2,
            true,
          );
    const left = tf.tensor3d(
      draws.uniform.map((u) => 1 - u),
      [n, g, 1],
    );
    const end = tf.minimum(stop, omega);
    const share = tf.mul(end, left);
    const ahead = draws.margin === 0 ? share : tf.relu(tf.sub(share, tf.mul(omega, draws.margin)));
    const hardness = draws.margin === 0 ? left : tf.div(ahead, tf.maximum(end, SMALLEST_ANGLE));

    const straight = tf.cast(tf.greater(sine, SMALLEST_SINE), 'float32');
    const theta = tf.mul(ahead, straight);
    const toTarget = tf.div(tf.sin(theta), tf.maximum(sine, SMALLEST_SINE));
    const toAnchor = tf.sub(tf.cos(theta), tf.mul(cosine, toTarget));

    const toAll = tf.add(tf.mul(toAnchor, similarity), tf.mul(toTarget, targetToAll));
    const toNearest = tf.add(tf.mul(toAnchor, cosineNearest), tf.mul(toTarget, targetToNearest));
    const inside = tf.greaterEqual(tf.add(toNearest, TIE), tf.max(toAll, 2, true));
    // The geodesic to the opposite point is not unique.
    const reachable = tf.less(omega, Math.PI - SMALLEST_SINE);
    const isKept = boundary === 'unfiltered' ? reachable : tf.logicalAnd(inside, reachable);
    const kept = tf.cast(isKept, 'float32');
    return { toAnchor, toTarget, target, kept, angle: theta, hardness } as Combinations &
      tf.NamedTensorMap;
  });
}

/** The terms of {@link crossing}, which are broadcast. */
interface CrossingTerms {
  /** k.(p0 - p), at least 0. */
  readonly a: tf.Tensor;
  /** ps.(p - p0). */
  readonly targetDifference: tf.Tensor;
  /** p.p0. */
  readonly nearestToOther: tf.Tensor;
  /** sin Ω. */
  readonly sine: tf.Tensor;
  /** cos Ω. */
  readonly cosine: tf.Tensor;
}

/**
 * The angle at which a prototype p becomes as near as p0, in [0, π]; π, beyond all others, for a prototype at
 * the same point as p0.
 *
 * atan2(sin Ω a, ps.(p - p0) + cos Ω a). With κ = ps.(p - p0) / a this is the paper's
 * atan(sin Ω / (κ + cos Ω)), with numerator and denominator multiplied by a >= 0; this keeps the sign that the
 * quotient loses, and avoids the division.
 */
function crossing({ a, targetDifference, nearestToOther, sine, cosine }: CrossingTerms): tf.Tensor {
  const same = tf.cast(tf.greater(nearestToOther, 1 - SAME), 'float32');
  // Both arguments of atan2 are then rounding errors; a large negative one makes the angle π.
  const adjacent = tf.sub(tf.add(targetDifference, tf.mul(cosine, a)), tf.mul(same, 8));
  return tf.atan2(tf.mul(sine, a), adjacent);
}

/** One-hot rows, `[rows, depth]`. */
function oneHot(indices: tf.Tensor, rows: number, depth: number): tf.Tensor2D {
  const flat: tf.Tensor1D = tf.reshape(indices, [rows]);
  // The cast is needed because on wasm a float32 one-hot contains integer bits.
  return tf.cast(tf.oneHot(flat, depth), 'float32') as tf.Tensor2D;
}

/** The drawn positions, which are in ascending order, as flat positions in the descending order of `topk`. */
function sortedPositions(target: Int32Array, prototypes: number, count: number): tf.Tensor1D {
  return tf.tensor1d(
    target.map((position, i) => (Math.floor(i / count) + 1) * prototypes - 1 - position),
    'int32',
  );
}

/**
 * What became of positives, `[1]` each: the fraction that is kept, and of the kept ones the mean angle and the mean
 * hardness (0 if none is kept).
 */
export function diagnosticsOf({
  kept,
  angle,
  hardness,
}: Pick<Combinations, 'kept' | 'angle' | 'hardness'>): readonly tf.Tensor1D[] {
  const number = tf.sum(kept);
  const atLeastOne = tf.maximum(number, 1);
  const meanKept = (measure: tf.Tensor): tf.Tensor1D =>
    tf.reshape(tf.div(tf.sum(tf.mul(kept, measure)), atLeastOne), [1]);
  return [tf.reshape(tf.div(number, kept.size), [1]), meanKept(angle), meanKept(hardness)];
}
