import * as tf from '@tensorflow/tfjs-core';
import { batchNorm, mergeParams, ownedVariable, pointwiseConvolution, prefixed } from '@halp/nn';
import type { Random } from '@halp/random';
import type { Adjacency } from '@halp/skeleton';
import { fanOutNormal, zeros } from '../initial-values.ts';
import { convolutionNorm } from './convolution-norm.ts';
import type { JointLayer } from './graph-network.ts';
import { mixJoints } from './mix-joints.ts';
import { recomputed } from './recomputed.ts';

/** Sizes and graph of a {@link ctrGraphConvolution}. */
export interface CtrGraphConvolutionOptions {
  /** I: channels of a joint. */
  readonly inputs: number;
  /** O: channels of the output. */
  readonly outputs: number;
  /** R: channels of the correlations between joints. */
  readonly relations: number;
  /** The initial value of the learned topology. */
  readonly graph: Adjacency;
}

/**
 * The channel-wise topology refinement graph convolution of CTR-GCN (Chen et al., ICCV 2021; `unit_gcn` in the
 * authors' model/ctrgcn.py),
 * `[N, T, V, I]` to `[N, T, V, O]`: ReLU(BN(Σ_k y_k) + d(x)) with
 * y_k[t, u, o] = Σ_v (A_k[u, v] + α · (W4_k tanh(ψ_k[u] − φ_k[v]) + b4_k)[o]) · (W3_k x[t, v] + b3_k)[o].
 *
 * A is a learned topology shared by all clips and channels (`PA`, initially the graph); α is initially 0; ψ and φ, `[V, R]`,
 * are W1 x + b1 and W2 x + b2 averaged over frames. d(x) is x if I = O and BN(W x + b) otherwise.
 *
 * Names: `PA` `[K, V, V]`, `alpha` `[1]`, `convs.<k>.conv1.*` (ψ) to `conv4.*`, `bn.*`, `down.0.*`, `down.1.*`. As in the
 * authors' code `bn` starts at 1e-6, convolutions with N(0, 2/outputs), biases at 0.
 *
 * @remarks As in the authors' code, a row of A, not a column, holds the weights of a joint's neighbours, so the graph's
 * matrices act transposed.
 * @param rng - forked by layer; itself not drawn from.
 */
export function ctrGraphConvolution(
  { inputs, outputs, relations, graph }: CtrGraphConvolutionOptions,
  rng: Random,
): JointLayer {
  const { subsets, joints, weights } = graph;
  const shapes = {
    conv1: [inputs, relations],
    conv2: [inputs, relations],
    conv3: [inputs, outputs],
    conv4: [relations, outputs],
  } as const;
  const own = mergeParams(
    {
      PA: ownedVariable(tf.tensor3d(weights, [subsets, joints, joints])),
      alpha: ownedVariable(tf.zeros([1])),
    },
    ...Array.from({ length: subsets }, (_, k) =>
      Object.entries(shapes).map(([conv, [from, to]]) => {
        const name = `convs.${k}.${conv}`;
        const sizes = { inputs: from, outputs: to, weightInit: fanOutNormal, biasInit: zeros };
        return prefixed(name, pointwiseConvolution(sizes, rng.fork(name)).params);
      }),
    ).flat(),
  );
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
        const y = recomputed({ x, ...own }, (all) => refine(all as Refined, subsets));
        return bn.apply(y, pass, { add: down === undefined ? x : down.apply(x, pass), relu: true });
      }),
  };
}

/** The joints and the parameters of {@link refine}, by name. */
type Refined = Readonly<Record<string, tf.Tensor>> & {
  /** `[N, T, V, I]`. */
  readonly x: tf.Tensor4D;
  /** `[K, V, V]`. */
  readonly PA: tf.Tensor3D;
  /** `[1]`. */
  readonly alpha: tf.Tensor;
};

/** Σ_k y_k, `[N, T, V, O]`. */
function refine({ x, PA, alpha, ...weights }: Refined, subsets: number): tf.Tensor4D {
  const [clips, frames, joints, inputs] = x.shape;
  const channelsFirst = tf.transpose(x, [0, 3, 1, 2]);
  const values = tf.reshape<tf.Rank.R3>(channelsFirst, [clips, inputs, frames * joints]);
  const pooled = tf.mean<tf.Tensor3D>(channelsFirst, 2);
  const sums = Array.from({ length: subsets }, (_, k) => {
    const map = (conv: string, x: tf.Tensor3D, factor?: tf.Tensor): tf.Tensor3D =>
      mapChannels(x, {
        weight: weights[`convs.${k}.${conv}.weight`] as tf.Tensor,
        bias: weights[`convs.${k}.${conv}.bias`] as tf.Tensor,
        factor,
      });
    const psi = tf.expandDims(map('conv1', pooled), 3);
    const phi = tf.expandDims(map('conv2', pooled), 2);
    const correlations = tf.reshape<tf.Rank.R3>(tf.tanh(tf.sub(psi, phi)), [
      clips,
      -1,
      joints * joints,
    ]);
    // α is multiplied into the weights, which are smaller than their output.
    const refined = tf.reshape(map('conv4', correlations, alpha), [clips, -1, joints, joints]);
    const topology = tf.add(refined, tf.slice(PA, k, 1));
    const mapped = tf.reshape(map('conv3', values), [clips, -1, frames, joints]);
    return tf.matMul<tf.Tensor4D>(mapped, topology, false, true);
  });
  return tf.transpose<tf.Tensor4D>(tf.addN(sums), [0, 2, 3, 1]);
}

/** (W x + b)·factor for `[N, I, L]`, giving `[N, O, L]`, with channels first. */
function mapChannels(
  x: tf.Tensor3D,
  {
    weight,
    bias,
    factor,
  }: {
    readonly weight: tf.Tensor;
    readonly bias: tf.Tensor;
    readonly factor: tf.Tensor | undefined;
  },
): tf.Tensor3D {
  const scaled = (t: tf.Tensor): tf.Tensor => (factor === undefined ? t : tf.mul(t, factor));
  const [outputs = 0] = bias.shape;
  const matrix = tf.reshape<tf.Rank.R2>(scaled(weight), [outputs, -1]);
  return tf.add(mixJoints(matrix, x), tf.reshape(scaled(bias), [outputs, 1]));
}
