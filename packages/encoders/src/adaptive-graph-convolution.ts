import {
  batchNorm,
  mergeParams,
  ownedVariable,
  pointwiseConvolution,
  prefixed,
  type Layer,
} from '@halp/nn';
import type { Random } from '@halp/random';
import type { Adjacency } from '@halp/skeleton';
import * as tf from '@tensorflow/tfjs-core';

import { convolutionNorm } from './convolution-norm.ts';
import type { JointLayer } from './graph-network.ts';
import { fanOutNormal, normal, zeros } from './initial-values.ts';
import { mixJointsByClip } from './mix-joints-by-clip.ts';

type Convolution = Layer<tf.Tensor4D, tf.Tensor4D>;

/** Sizes and graph of an {@link adaptiveGraphConvolution}. */
export interface AdaptiveGraphConvolutionOptions {
  /** I: channels of a joint. */
  readonly inputs: number;
  /** O: channels that come out, at least 4. */
  readonly outputs: number;
  /** A. */
  readonly graph: Adjacency;
}

/**
 * The adaptive graph convolution of 2s-AGCN (Shi et al., CVPR 2019, section 4.1, equations 3 to 5),
 * `[N, T, V, I]` to `[N, T, V, O]`: ReLU(BN(Σ_k W_k Σ_v (A_k + B_k + C_k)[v, w] x[v] + b_k) + d(x)).
 *
 * A is the graph, B learned (`PA`, from 1e-6), and C the clip's own: C_k[v, w] = softmax over v of
 * Σ_{t, e} θ_k(x)[t, v, e] · φ_k(x)[t, w, e] / (T·E), E = ⌊O/4⌋. d(x) is x where I = O and BN(W x + b) elsewhere.
 *
 * Names: `PA` `[K, V, V]`, `conv_a.<k>.*` (θ), `conv_b.<k>.*` (φ), `conv_d.<k>.*` (W), `bn.*`, `down.0.*`, `down.1.*`.
 * As in the authors' code `bn` starts at 1e-6, W at N(0, 2 / (O·I·K)), the other convolutions at N(0, 2/O), biases at 0.
 *
 * @remarks The division by T·E is in the authors' code only. `conv_a.<k>.bias` adds the same to all v, which the softmax
 * takes out again: it has no effect.
 * @param rng - forked by layer; itself not drawn from.
 */
export function adaptiveGraphConvolution(
  { inputs, outputs, graph }: AdaptiveGraphConvolutionOptions,
  rng: Random,
): JointLayer {
  const { subsets, joints, weights } = graph;
  const embedded = Math.floor(outputs / 4);
  const branches = (
    name: string,
    channels: number,
    weightInit = fanOutNormal,
  ): readonly Convolution[] =>
    Array.from({ length: subsets }, (_, k) =>
      pointwiseConvolution(
        { inputs, outputs: channels, weightInit, biasInit: zeros },
        rng.fork(`${name}.${k}`),
      ),
    );
  const theta = branches('conv_a', embedded);
  const phi = branches('conv_b', embedded);
  const mapping = branches('conv_d', outputs, normal(Math.sqrt(2 / (outputs * inputs * subsets))));
  const learned = ownedVariable(tf.fill([subsets, joints, joints], 1e-6));
  const bn = batchNorm({ features: outputs });
  tf.tidy(() => bn.params['weight']?.assign(tf.fill([outputs], 1e-6)));
  const down =
    inputs === outputs
      ? undefined
      : convolutionNorm({ inputs, outputs, names: ['0', '1'] }, rng.fork('down'));
  const named = Object.entries({ bn, ...(down && { down }) });
  return {
    params: mergeParams(
      { PA: learned },
      ...Object.entries({ conv_a: theta, conv_b: phi, conv_d: mapping }).flatMap(([name, layers]) =>
        layers.map(({ params }, k) => prefixed(`${name}.${k}`, params)),
      ),
      ...named.map(([name, { params }]) => prefixed(name, params)),
    ),
    buffers: mergeParams(...named.map(([name, { buffers }]) => prefixed(name, buffers))),
    apply: (x, mode) =>
      tf.tidy(() => {
        const fixed = tf.add(tf.tensor3d(weights, [subsets, joints, joints]), learned);
        const ofKinds = tf.unstack(tf.transpose(fixed, [0, 2, 1])) as tf.Tensor2D[];
        const graphs = ofKinds.map((each, k) =>
          tf.add(
            similarity(
              (theta[k] as Convolution).apply(x, mode),
              (phi[k] as Convolution).apply(x, mode),
            ),
            each,
          ),
        );
        const [clips, frames] = x.shape;
        // [N, W·K, V]: with k inside, the numbers of a joint's K mixtures lie side by side.
        const matrix = tf.reshape<tf.Rank.R3>(tf.stack(graphs, 2), [clips, -1, joints]);
        const mixed = tf.reshape<tf.Rank.R2>(mixJointsByClip(matrix, x), [-1, subsets * inputs]);
        const weight = tf.concat(
          mapping.map(({ params }) =>
            tf.reshape<tf.Rank.R2>(params['weight'] as tf.Tensor, [outputs, inputs]),
          ),
          1,
        );
        const bias = tf.addN(mapping.map(({ params }) => params['bias'] as tf.Tensor));
        const rows = tf.add(tf.matMul(mixed, weight, false, true), bias);
        const y = tf.reshape<tf.Rank.R4>(rows, [clips, frames, joints, outputs]);
        return bn.apply(y, mode, { add: down === undefined ? x : down.apply(x, mode), relu: true });
      }),
  };
}

/** `[N, W, V]`: for each joint w the softmax over v of Σ_{t, e} θ[t, v, e] φ[t, w, e] / (T·E). */
function similarity(theta: tf.Tensor4D, phi: tf.Tensor4D): tf.Tensor3D {
  const [, frames, , channels] = theta.shape;
  const scores = tf.sum(tf.matMul(phi, theta, false, true), 1);
  return tf.softmax(tf.div(scores, frames * channels)) as tf.Tensor3D;
}
