import {
  batchNorm,
  mergeParams,
  ownedVariable,
  pointwiseConvolution,
  prefixed,
  type Layer,
  type Params,
} from '@halp/nn';
import type { Random } from '@halp/random';
import type { Adjacency } from '@halp/skeleton';
import * as tf from '@tensorflow/tfjs-core';

import { convolutionNorm } from './convolution-norm.ts';
import type { JointLayer } from './graph-network.ts';
import { fanOutNormal, zeros } from './initial-values.ts';
import { mixJoints } from './mix-joints.ts';

/** Sizes and graph of a {@link ctrGraphConvolution}. */
export interface CtrGraphConvolutionOptions {
  /** I: channels of a joint. */
  readonly inputs: number;
  /** O: channels that come out. */
  readonly outputs: number;
  /** R: channels of the correlations between joints. */
  readonly relations: number;
  /** Where the learned topology starts. */
  readonly graph: Adjacency;
}

/**
 * The channel-wise topology refinement graph convolution of CTR-GCN (Chen et al., ICCV 2021, section 3.2),
 * `[N, T, V, I]` to `[N, T, V, O]`: ReLU(BN(Σ_k y_k) + d(x)) with
 * y_k[t, u, o] = Σ_v (A_k[u, v] + α · (W4_k tanh(ψ_k[u] − φ_k[v]) + b4_k)[o]) · (W3_k x[t, v] + b3_k)[o].
 *
 * A is a topology that all clips and channels share, learned from the graph on (`PA`); α starts at 0; ψ and φ, `[V, R]`,
 * are W1 x + b1 and W2 x + b2 averaged over frames. d(x) is x where I = O and BN(W x + b) elsewhere.
 *
 * Names: `PA` `[K, V, V]`, `alpha` `[1]`, `convs.<k>.conv1.*` (ψ) to `conv4.*`, `bn.*`, `down.0.*`, `down.1.*`. As in the
 * authors' code `bn` starts at 1e-6, convolutions with N(0, 2/outputs), biases at 0.
 *
 * @remarks As in the authors' code a row of A, not a column, says what goes into a joint, so that the graph's matrices
 * work transposed here.
 * @param rng - forked by layer; itself not drawn from.
 */
export function ctrGraphConvolution(
  { inputs, outputs, relations, graph }: CtrGraphConvolutionOptions,
  rng: Random,
): JointLayer {
  const { subsets, joints, weights } = graph;
  const topology = ownedVariable(tf.tensor3d(weights, [subsets, joints, joints]));
  const alpha = ownedVariable(tf.zeros([1]));
  const refinements = Array.from({ length: subsets }, (_, k) =>
    refinement({ inputs, outputs, relations }, rng.fork(`convs.${k}`)),
  );
  const bn = batchNorm({ features: outputs });
  tf.tidy(() => bn.params['weight']?.assign(tf.fill([outputs], 1e-6)));
  const down =
    inputs === outputs
      ? undefined
      : convolutionNorm({ inputs, outputs, names: ['0', '1'] }, rng.fork('down'));
  const named = Object.entries({ bn, ...(down && { down }) });
  return {
    params: mergeParams(
      { PA: topology, alpha },
      ...refinements.map(({ params }, k) => prefixed(`convs.${k}`, params)),
      ...named.map(([name, { params }]) => prefixed(name, params)),
    ),
    buffers: mergeParams(...named.map(([name, { buffers }]) => prefixed(name, buffers))),
    apply: (x, mode) =>
      tf.tidy(() => {
        const [clips, frames] = x.shape;
        const byChannel = tf.reshape<tf.Rank.R3>(tf.transpose(x, [0, 3, 1, 2]), [
          clips,
          inputs,
          frames * joints,
        ]);
        const pooled = tf.transpose(tf.mean<tf.Tensor3D>(x, 1), [0, 2, 1]);
        const shared = tf.unstack(topology) as tf.Tensor2D[];
        const sums = refinements.map((each, k) =>
          each.apply({ x: byChannel, pooled, shared: shared[k] as tf.Tensor2D, alpha }),
        );
        const y = tf.transpose<tf.Tensor4D>(tf.addN(sums), [0, 2, 3, 1]);
        return bn.apply(y, mode, { add: down === undefined ? x : down.apply(x, mode), relu: true });
      }),
  };
}

/** What one {@link refinement} sees. */
interface Seen {
  /** `[N, I, T·V]`. */
  readonly x: tf.Tensor3D;
  /** The mean over frames, `[N, I, V]`. */
  readonly pooled: tf.Tensor3D;
  /** `[V, V]`. */
  readonly shared: tf.Tensor2D;
  /** `[1]`. */
  readonly alpha: tf.Tensor;
}

interface Refinement {
  readonly params: Params;
  /** y_k, `[N, O, T, V]`. */
  apply(seen: Seen): tf.Tensor4D;
}

function refinement(
  { inputs, outputs, relations }: Omit<CtrGraphConvolutionOptions, 'graph'>,
  rng: Random,
): Refinement {
  const convolution = (name: string, from: number, to: number): Layer<tf.Tensor4D, tf.Tensor4D> =>
    pointwiseConvolution(
      { inputs: from, outputs: to, weightInit: fanOutNormal, biasInit: zeros },
      rng.fork(name),
    );
  const layers = {
    conv1: convolution('conv1', inputs, relations),
    conv2: convolution('conv2', inputs, relations),
    conv3: convolution('conv3', inputs, outputs),
    conv4: convolution('conv4', relations, outputs),
  };
  return {
    params: mergeParams(
      ...Object.entries(layers).map(([name, { params }]) => prefixed(name, params)),
    ),
    apply: ({ x, pooled, shared, alpha }) => {
      const [clips, , joints] = pooled.shape;
      const psi = tf.reshape(mapChannels(layers.conv1, pooled), [clips, relations, joints, 1]);
      const phi = tf.reshape(mapChannels(layers.conv2, pooled), [clips, relations, 1, joints]);
      const correlations = tf.reshape<tf.Rank.R3>(tf.tanh(tf.sub(psi, phi)), [
        clips,
        relations,
        joints * joints,
      ]);
      const refined = tf.mul(mapChannels(layers.conv4, correlations), alpha);
      const own = tf.add(tf.reshape(refined, [clips, outputs, joints, joints]), shared);
      const values = tf.reshape(mapChannels(layers.conv3, x), [clips, outputs, -1, joints]);
      return tf.matMul(values, own, false, true) as tf.Tensor4D;
    },
  };
}

/** W x + b of `[N, I, L]`, to `[N, O, L]`: the channels lie first. */
function mapChannels(
  { params: { weight, bias } }: Pick<Layer<tf.Tensor4D, tf.Tensor4D>, 'params'>,
  x: tf.Tensor3D,
): tf.Tensor3D {
  const [outputs, inputs] = (weight as tf.Variable).shape as [number, number];
  const matrix = tf.reshape<tf.Rank.R2>(weight as tf.Variable, [outputs, inputs]);
  return tf.add(mixJoints(matrix, x), tf.reshape(bias as tf.Variable, [outputs, 1]));
}
