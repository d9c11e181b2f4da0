import * as tf from '@tensorflow/tfjs-core';
import type { GruActivations, GruHalfWeights } from './forward.ts';
import {
  alongFrames,
  type GruSizes,
  inFrameOrder,
  inStepOrder,
  perStep,
  toRows,
} from './sequence.ts';

/** Gradients of the variables of one half. */
export type GruHalfGradients = { [name in keyof GruHalfWeights]: tf.Tensor };

/** Gradients of a GRU layer. */
export type GruLayerGradients = {
  /** `[F, T·N]`. */
  x: tf.Tensor2D;
  /** The gradients of the variables of both halves. */
  weights: [GruHalfGradients, GruHalfGradients];
};

/** The upstream gradient of a layer: of its final states, or of its outputs in all frames. */
export type GruUpstream =
  { readonly last: tf.Tensor /* [2, H, N] */ } | { readonly outputs: tf.Tensor2D /* [2H, T·N] */ };

/**
 * The gradients of a layer.
 *
 * With D = ∂loss/∂h of a step, every gate gradient is D times a factor known from the forward pass: with
 * k_n = (1 − z)(1 − n²), ∂/∂(W_hn h + b_hn) = D·k_n·r, ∂/∂a_r = D·k_n·r·c(1 − r), ∂/∂a_z = D·(h' − n)·z(1 − z) and
 * ∂/∂a_n = D·k_n, where h' is the previous state. These factors are computed for all frames in one operation, and a step of
 * the recurrence is one product with them and one with Uᵀ: D' = D·z + Uᵀ·[∂a_r; ∂a_z; ∂(W_hn h + b_hn)].
 */
export function backwardLayer(
  x: tf.Tensor2D,
  inputWeights: readonly [tf.Tensor, tf.Tensor],
  recurrentWeights: readonly [tf.Tensor, tf.Tensor],
  activations: GruActivations,
  upstream: GruUpstream,
  sizes: GruSizes,
): GruLayerGradients {
  return tf.tidy(() => {
    const before = statesBefore(activations.h, sizes);
    const { factors, candidateFactor } = gateFactors(activations, before);
    const { recurrent, states } = runBack(
      factors,
      activations.z,
      recurrentWeights,
      upstream,
      sizes,
    );
    factors.dispose();
    const recurrentRows = tf.split(toRows(recurrent), 2, 0);
    const beforeRows = tf.split(toRows(before), 2, 0);
    const recurrentBias = perHalf(tf.sum(recurrent, 2));
    const pre = tf.tidy(() => {
      const candidate = tf.mul(states, candidateFactor);
      const gates = tf.slice(recurrent, [0, 0, 0], [2, 2 * sizes.hidden, -1]);
      return inFrameOrder(tf.concat([gates, candidate], 1), sizes);
    });
    const preRows = toRows(pre);
    const inputBias = perHalf(tf.sum(pre, 2));
    const input = tf.split(tf.matMul(preRows, x, false, true), 2, 0);
    const half = (i: 0 | 1): GruHalfGradients => ({
      input: input[i] as tf.Tensor,
      recurrent: tf.matMul(
        recurrentRows[i] as tf.Tensor2D,
        beforeRows[i] as tf.Tensor2D,
        false,
        true,
      ),
      inputBias: inputBias[i],
      recurrentBias: recurrentBias[i],
    });
    return {
      x: tf.matMul(tf.concat([...inputWeights], 0), preRows, true, false),
      weights: [half(0), half(1)],
    };
  });
}

/** The factors of D: for a_r, a_z and W_hn h + b_hn stacked, `[2, 3H, T·N]`, and for a_n, `[2, H, T·N]`. */
function gateFactors(
  { r, z, c, n }: GruActivations,
  before: tf.Tensor,
): { factors: tf.Tensor3D; candidateFactor: tf.Tensor3D } {
  return tf.tidy(() => {
    const oneMinusZ = tf.sub(1, z);
    const candidateFactor = tf.mul<tf.Tensor3D>(oneMinusZ, tf.sub(1, tf.square(n)));
    const ofC = tf.mul(candidateFactor, r);
    const ofR = tf.mul(tf.mul(ofC, c), tf.sub(1, r));
    const ofZ = tf.mul(tf.mul(tf.sub(before, n), z), oneMinusZ);
    return { factors: tf.concat([ofR, ofZ, ofC], 1) as tf.Tensor3D, candidateFactor };
  });
}

/**
 * The recurrence from the last step to the first: the gradients of a_r, a_z and W_hn h + b_hn, `[2, 3H, T·N]`, and D,
 * `[2, H, T·N]`, in step order.
 */
function runBack(
  factors: tf.Tensor3D,
  z: tf.Tensor,
  recurrentWeights: readonly [tf.Tensor, tf.Tensor],
  upstream: GruUpstream,
  sizes: GruSizes,
): { recurrent: tf.Tensor3D; states: tf.Tensor3D } {
  return tf.tidy(() => {
    const { frames, hidden } = sizes;
    const weights = tf.stack([...recurrentWeights]) as tf.Tensor3D;
    const factorOf = perStep(factors, sizes);
    const zOf = perStep(z, sizes);
    const arriving =
      'outputs' in upstream
        ? perStep(inStepOrder(tf.reshape(upstream.outputs, [2, hidden, -1]), sizes), sizes)
        : undefined;
    const gates: tf.Tensor3D[] = [];
    const states: tf.Tensor[] = [];
    let d =
      'last' in upstream ? upstream.last : ((arriving as tf.Tensor[])[frames - 1] as tf.Tensor);
    for (let t = frames - 1; t >= 0; t--) {
      const gate = tf.tidy(() =>
        tf.mul<tf.Tensor3D>(tf.concat([d, d, d], 1), factorOf[t] as tf.Tensor),
      );
      gates.unshift(gate);
      states.unshift(d);
      if (t === 0) break;
      d = tf.tidy(() => {
        const terms = [tf.matMul(weights, gate, true, false), tf.mul(d, zOf[t] as tf.Tensor)];
        const here = arriving?.[t - 1];
        return tf.addN(here === undefined ? terms : [...terms, here]);
      });
      tf.dispose([factorOf[t], zOf[t]]);
    }
    return { recurrent: alongFrames(gates), states: tf.concat(states, 2) as tf.Tensor3D };
  });
}

/** The state before each step: 0, then every state but the last. */
function statesBefore(states: tf.Tensor, { batch, hidden, frames }: GruSizes): tf.Tensor3D {
  return tf.tidy(() => {
    const start = tf.zeros([2, hidden, batch]);
    const rest = tf.slice(states, [0, 0, 0], [2, hidden, (frames - 1) * batch]);
    return tf.concat([start, rest], 2) as tf.Tensor3D;
  });
}

/** `[2, G]` to two `[G]`. */
function perHalf(x: tf.Tensor): [tf.Tensor, tf.Tensor] {
  return tf.unstack(x) as [tf.Tensor, tf.Tensor];
}
