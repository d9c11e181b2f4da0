import * as tf from '@tensorflow/tfjs-core';
import { batchNorm, mergeParams, ownedVariable, pointwiseConvolution, prefixed } from '@halp/nn';
import type { Random } from '@halp/random';
import type { Adjacency } from '@halp/skeleton';
import { fanOutNormal, normal, zeros } from '../initial-values.ts';
import { convolutionNorm } from './convolution-norm.ts';
import type { JointLayer } from './graph-network.ts';
import { mixJointsByClip } from './mix-joints-by-clip.ts';
import { recomputed } from './recomputed.ts';

/** Sizes and graph of an {@link adaptiveGraphConvolution}. */
export interface AdaptiveGraphConvolutionOptions {
  /** I: channels of a joint. */
  readonly inputs: number;
  /** O: channels of the output, at least 4. */
  readonly outputs: number;
  /** A. */
  readonly graph: Adjacency;
}

/**
 * The adaptive graph convolution of 2s-AGCN (Shi et al., CVPR 2019; `unit_gcn` in the authors' model/agcn.py),
 * `[N, T, V, I]` to `[N, T, V, O]`: ReLU(BN(Σ_k W_k Σ_v (A_k + B_k + C_k)[v, w] x[v] + b_k) + d(x)).
 *
 * A is the graph, B is learned (`PA`, initially 1e-6), and C is computed from the clip: C_k[v, w] = softmax over v of
 * Σ_{t, e} θ_k(x)[t, v, e] · φ_k(x)[t, w, e] / (T·E), E = ⌊O/4⌋. d(x) is x if I = O and BN(W x + b) otherwise.
 *
 * Names: `PA` `[K, V, V]`, `conv_a.<k>.*` (θ), `conv_b.<k>.*` (φ), `conv_d.<k>.*` (W), `bn.*`, `down.0.*`, `down.1.*`.
 * As in the authors' code `bn` starts at 1e-6, W at N(0, 2 / (O·I·K)), the other convolutions at N(0, 2/O), biases at 0.
 *
 * @remarks `conv_a.<k>.bias` adds the same number for all v, which the softmax cancels: it has no effect.
 * @param rng - forked by layer; itself not drawn from.
 */
export function adaptiveGraphConvolution(
  { inputs, outputs, graph }: AdaptiveGraphConvolutionOptions,
  rng: Random,
): JointLayer {
  const { subsets, joints, weights } = graph;
  const embedded = Math.floor(outputs / 4);
  const ofMapping = normal(Math.sqrt(2 / (outputs * inputs * subsets)));
  const branches = Array.from({ length: subsets }, (_, k) =>
    (
      [
        [`conv_a.${k}`, embedded, fanOutNormal],
        [`conv_b.${k}`, embedded, fanOutNormal],
        [`conv_d.${k}`, outputs, ofMapping],
      ] as const
    ).map(([name, channels, weightInit]) => {
      const sizes = { inputs, outputs: channels, weightInit, biasInit: zeros };
      return prefixed(name, pointwiseConvolution(sizes, rng.fork(name)).params);
    }),
  );
  const learned = ownedVariable(tf.fill([subsets, joints, joints], 1e-6));
  const own = mergeParams({ PA: learned }, ...branches.flat());
  const bn = batchNorm({ features: outputs });
  tf.tidy(() => bn.params['weight']?.assign(tf.fill([outputs], 1e-6)));
  const down =
    inputs === outputs
      ? undefined
      : convolutionNorm({ inputs, outputs, names: ['0', '1'] }, rng.fork('down'));
  const named = Object.entries({ bn, ...(down && { down }) });
  return {
    params: mergeParams(own, ...named.map(([name, { params }]) => prefixed(name, params))),
    buffers: mergeParams(...named.map(([name, { buffers }]) => prefixed(name, buffers))),
    apply: (x, pass) =>
      tf.tidy(() => {
        const y = recomputed({ x, ...own }, (all) => {
          const fixed = tf.tensor3d(weights, [subsets, joints, joints]);
          return adapt(all as Adapted, fixed);
        });
        return bn.apply(y, pass, { add: down === undefined ? x : down.apply(x, pass), relu: true });
      }),
  };
}

/** The joints and the parameters of {@link adapt}, by name. */
type Adapted = Readonly<Record<string, tf.Tensor>> & {
  /** `[N, T, V, I]`. */
  readonly x: tf.Tensor4D;
  /** `[K, V, V]`. */
  readonly PA: tf.Tensor3D;
};

/** Σ_k W_k Σ_v (A_k + B_k + C_k)[v, w] x[v] + b_k, `[N, T, V, O]`. */
function adapt({ x, PA, ...all }: Adapted, fixed: tf.Tensor3D): tf.Tensor4D {
  const [clips, frames, joints, inputs] = x.shape;
  const [subsets] = fixed.shape;
  const perSubset = <T>(f: (k: number) => T): T[] =>
    Array.from({ length: subsets }, (_, k) => f(k));
  const weight = (name: string): tf.Tensor2D =>
    tf.reshape<tf.Rank.R2>(all[`${name}.weight`] as tf.Tensor, [-1, inputs]);
  const bias = (name: string): tf.Tensor => all[`${name}.bias`] as tf.Tensor;
  const rows = tf.reshape<tf.Rank.R2>(x, [-1, inputs]);
  const embed = (name: string): tf.Tensor4D =>
    tf.reshape<tf.Rank.R4>(tf.add(tf.matMul(rows, weight(name), false, true), bias(name)), [
      clips,
      frames,
      joints,
      -1,
    ]);
  // [N, W, K, V] and [W, K, V]: with k inside, the K mixtures of a joint are contiguous.
  const own = tf.stack(
    perSubset((k) => similarity(embed(`conv_a.${k}`), embed(`conv_b.${k}`))),
    2,
  );
  const matrix = tf.add(own, tf.transpose(tf.add(fixed, PA), [2, 0, 1]));
  const mixed = mixJointsByClip(tf.reshape(matrix, [clips, -1, joints]), x);
  const mapping = tf.concat(
    perSubset((k) => weight(`conv_d.${k}`)),
    1,
  );
  const sum = tf.add(
    tf.matMul(tf.reshape<tf.Rank.R2>(mixed, [-1, subsets * inputs]), mapping, false, true),
    tf.addN(perSubset((k) => bias(`conv_d.${k}`))),
  );
  return tf.reshape(sum, [clips, frames, joints, -1]);
}

/** `[N, W, V]`: for each joint w the softmax over v of Σ_{t, e} θ[t, v, e] φ[t, w, e] / (T·E). */
function similarity(theta: tf.Tensor4D, phi: tf.Tensor4D): tf.Tensor3D {
  const [clips, frames, joints, channels] = theta.shape;
  const jointsFirst = (x: tf.Tensor4D): tf.Tensor3D =>
    tf.reshape<tf.Rank.R3>(tf.transpose(x, [0, 2, 1, 3]), [clips, joints, frames * channels]);
  const scores = tf.matMul(jointsFirst(phi), jointsFirst(theta), false, true);
  return tf.softmax(tf.div<tf.Tensor3D>(scores, frames * channels));
}
