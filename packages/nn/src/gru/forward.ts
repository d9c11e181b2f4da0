import * as tf from '@tensorflow/tfjs-core';
import {
  alongFrames,
  consume,
  type GruSizes,
  inFrameOrder,
  inStepOrder,
  perStep,
  toRows,
} from './sequence.ts';

/** The variables or tensors of one half of a layer, with PyTorch's shapes. */
export interface GruHalfWeights {
  /** `weight_ih` `[3H, F]`. */
  readonly input: tf.Tensor;
  /** `weight_hh` `[3H, H]`. */
  readonly recurrent: tf.Tensor;
  /** `bias_ih` `[3H]`. */
  readonly inputBias: tf.Tensor;
  /** `bias_hh` `[3H]`. */
  readonly recurrentBias: tf.Tensor;
}

/** Both halves of a layer. */
export type GruLayerWeights = readonly [GruHalfWeights, GruHalfWeights];

/**
 * The activations that the backward pass of a layer reads, `[2, H, T·N]` each, in step order: the gates r, z and n,
 * c = W_hn h + b_hn, and the states h.
 */
export interface GruActivations {
  readonly r: tf.Tensor;
  readonly z: tf.Tensor;
  readonly c: tf.Tensor;
  readonly n: tf.Tensor;
  readonly h: tf.Tensor;
}

/** The results of a forward pass through a layer. */
export interface GruLayerResult {
  /** `[2, H, N]`: the state of each half after its last step. */
  readonly last: tf.Tensor3D;
  /** `[2H, T·N]`, in frame order; undefined unless requested. */
  readonly outputs: tf.Tensor2D | undefined;
  /** Undefined unless requested. */
  readonly activations: GruActivations | undefined;
}

/** One value for each gate, in PyTorch's order r, z, n. */
type Gates<T> = [r: T, z: T, n: T];

/**
 * The states of a layer for a whole sequence, starting at h = 0.
 *
 * @param x - `[F, T·N]`, frame by frame.
 */
export function forwardLayer(
  x: tf.Tensor2D,
  weights: GruLayerWeights,
  sizes: GruSizes,
  want: { readonly outputs: boolean; readonly activations: boolean },
): GruLayerResult {
  return tf.tidy(() => {
    const { frames, batch, hidden } = sizes;
    const recurrent = byGate(weights, (half) => half.recurrent, 'stack') as Gates<tf.Tensor3D>;
    const candidateBias = candidateRecurrentBias(weights, sizes);
    const projected = projectInput(x, weights, sizes);
    const kept: Record<keyof GruActivations, tf.Tensor[]> = { r: [], z: [], c: [], n: [], h: [] };
    let h: tf.Tensor3D = tf.zeros([2, hidden, batch]);
    for (let t = 0; t < frames; t++) {
      const input = projected.map((gate) => gate[t]) as Gates<tf.Tensor>;
      const step = takeStep(h, input, recurrent, candidateBias);
      tf.dispose(input);
      if (want.activations)
        for (const name of ['r', 'z', 'c', 'n'] as const) kept[name].push(step[name]);
      else tf.dispose([step.r, step.z, step.c, step.n]);
      if (t === 0 || !(want.activations || want.outputs)) h.dispose();
      h = step.h;
      if (want.activations || want.outputs) kept.h.push(h);
    }
    const states = kept.h.length > 0 ? alongFrames(kept.h, h) : undefined;
    return {
      last: h,
      outputs:
        want.outputs && states !== undefined ? toRows(inFrameOrder(states, sizes)) : undefined,
      activations:
        want.activations && states !== undefined
          ? {
              r: alongFrames(kept.r),
              z: alongFrames(kept.z),
              c: alongFrames(kept.c),
              n: alongFrames(kept.n),
              h: states,
            }
          : undefined,
    };
  });
}

/** One step of both halves; everything `[2, H, N]`. */
function takeStep(
  h: tf.Tensor3D,
  [inputR, inputZ, inputN]: Gates<tf.Tensor>,
  [recurrentR, recurrentZ, recurrentN]: Gates<tf.Tensor3D>,
  candidateBias: tf.Tensor,
): { r: tf.Tensor3D; z: tf.Tensor3D; c: tf.Tensor3D; n: tf.Tensor3D; h: tf.Tensor3D } {
  return tf.tidy(() => {
    const r = tf.sigmoid(tf.add<tf.Tensor3D>(tf.matMul(recurrentR, h), inputR));
    const z = tf.sigmoid(tf.add<tf.Tensor3D>(tf.matMul(recurrentZ, h), inputZ));
    const c = tf.add<tf.Tensor3D>(tf.matMul(recurrentN, h), candidateBias);
    const n = tf.tanh(tf.add<tf.Tensor3D>(tf.mul(r, c), inputN));
    return { r, z, c, n, h: tf.add<tf.Tensor3D>(n, tf.mul(z, tf.sub(h, n))) };
  });
}

/** W_i x + b_i for all frames, including the recurrent biases of r and z: per gate, per step, `[2, H, N]`. */
function projectInput(x: tf.Tensor2D, weights: GruLayerWeights, sizes: GruSizes): tf.Tensor[][] {
  return tf.tidy(() => {
    const inputBias = byGate(weights, (half) => half.inputBias, 'concat');
    const recurrentBias = byGate(weights, (half) => half.recurrentBias, 'concat');
    return byGate(weights, (half) => half.input, 'concat').map((weight, gate) =>
      tf.tidy(() => {
        const own = inputBias[gate] as tf.Tensor;
        const bias = gate < 2 ? tf.add(own, recurrentBias[gate] as tf.Tensor) : own;
        const column = tf.reshape(bias, [2 * sizes.hidden, 1]);
        const rows = consume(tf.matMul(weight as tf.Tensor2D, x), (product) =>
          tf.add(product, column),
        );
        const halves = consume(rows, (all) => tf.reshape(all, [2, sizes.hidden, -1]));
        return consume(
          consume(halves, (all) => inStepOrder(all, sizes)),
          (all) => perStep(all, sizes),
        );
      }),
    );
  });
}

/** b_hn of both halves, `[2, H, N]`. */
function candidateRecurrentBias(weights: GruLayerWeights, { hidden, batch }: GruSizes): tf.Tensor {
  return tf.tidy(() => {
    const bias = byGate(weights, (half) => half.recurrentBias, 'concat')[2];
    return tf.tile(tf.reshape(bias, [2, hidden, 1]), [1, 1, batch]);
  });
}

/** For each gate r, z, n: the parts of both halves, stacked to `[2, H, ...]` or concatenated to `[2H, ...]`. */
function byGate(
  weights: GruLayerWeights,
  part: (half: GruHalfWeights) => tf.Tensor,
  join: 'stack' | 'concat',
): Gates<tf.Tensor> {
  return tf.tidy(() => {
    const [first, second] = weights.map(
      (half) => tf.split(part(half), 3, 0) as Gates<tf.Tensor>,
    ) as [Gates<tf.Tensor>, Gates<tf.Tensor>];
    return first.map((gate, i) => {
      const both = [gate, second[i] as tf.Tensor];
      return join === 'stack' ? tf.stack(both) : tf.concat(both, 0);
    }) as Gates<tf.Tensor>;
  });
}
