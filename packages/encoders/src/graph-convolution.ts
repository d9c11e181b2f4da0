import { disposeParams, pointwiseConvolution, type Initializer, type Params } from '@halp/nn';
import type { Random } from '@halp/random';
import * as tf from '@tensorflow/tfjs-core';

import { expectSizes } from './check.ts';
import { mixJoints } from './mix-joints.ts';

/** Sizes of a {@link graphConvolution}. */
export interface GraphConvolutionOptions {
  /** I: channels of a joint. */
  readonly inputs: number;
  /** O: channels that come out. */
  readonly outputs: number;
  /** K: subsets of the graph. */
  readonly subsets: number;
  /** How the weight starts; PyTorch's U(-1/√I, 1/√I) unless given. */
  readonly weightInit?: Initializer;
  /** How the bias starts; as the weight by default unless given. */
  readonly biasInit?: Initializer;
}

/** A convolution over the joints of a graph that is given with each call. */
export interface GraphConvolution {
  /** `conv.weight` `[K·O, I, 1, 1]` and `conv.bias` `[K·O]`. */
  readonly params: Params;
  /** None. */
  readonly buffers: Params;
  /**
   * The convolved joints `[N, T, V, O]`, owned by the caller.
   *
   * @param x - `[N, T, V, I]`; stays the caller's.
   * @param adjacency - `[K, V, V]`: at `[k, v, w]` what joint v contributes to joint w; differentiated too.
   */
  apply(x: tf.Tensor4D, adjacency: tf.Tensor3D): tf.Tensor4D;
  /** Disposes `params`. */
  dispose(): void;
}

/**
 * The spatial graph convolution of ST-GCN (Yan et al., AAAI 2018, equation 9):
 * y[n, t, w] = Σ_k Σ_v A_k[v, w] · (W_k x[n, t, v] + b_k), `[N, T, V, I]` to `[N, T, V, O]`.
 *
 * Names: `conv.weight` `[K·O, I, 1, 1]` and `conv.bias` `[K·O]`, subset by subset, as in the authors' code.
 *
 * @remarks Joints are mixed first, which is the same sum and costs less where O ≥ I: Σ_k W_k (Σ_v A_k[v, w] x[v]) +
 * Σ_k (Σ_v A_k[v, w]) b_k.
 * @param rng - forked by parameter name; itself not drawn from.
 * @throws RangeError if a size is not a positive integer; `apply` throws if a shape is another.
 */
export function graphConvolution(
  { inputs, outputs, subsets, ...inits }: GraphConvolutionOptions,
  rng: Random,
): GraphConvolution {
  expectSizes('graphConvolution', { inputs, outputs, subsets });
  const conv = pointwiseConvolution({ inputs, outputs: subsets * outputs, ...inits }, rng);
  const { weight, bias } = conv.params as { weight: tf.Variable; bias: tf.Variable };
  const params = { 'conv.weight': weight, 'conv.bias': bias };
  return {
    params,
    buffers: {},
    apply(x, adjacency) {
      expectGraph(x, adjacency, inputs, subsets);
      const [clips, frames, joints] = x.shape;
      return tf.tidy(() => {
        const mixture = tf.reshape<tf.Rank.R2>(tf.transpose(adjacency, [2, 0, 1]), [-1, joints]);
        const mixed = mixJoints(mixture, tf.reshape(x, [clips * frames, joints, inputs]));
        const byInput = tf.transpose(tf.reshape(weight, [subsets, outputs, inputs]), [0, 2, 1]);
        const rows = tf.matMul(
          tf.reshape<tf.Rank.R2>(mixed, [-1, subsets * inputs]),
          tf.reshape<tf.Rank.R2>(byInput, [subsets * inputs, outputs]),
        );
        const shares = tf.transpose(tf.sum<tf.Tensor2D>(adjacency, 1));
        const shift = tf.matMul(shares, tf.reshape<tf.Rank.R2>(bias, [subsets, outputs]));
        return tf.add<tf.Tensor4D>(tf.reshape(rows, [clips, frames, joints, outputs]), shift);
      });
    },
    dispose: () => disposeParams(params),
  };
}

function expectGraph(x: tf.Tensor, adjacency: tf.Tensor, inputs: number, subsets: number): void {
  const [, , joints = 0] = x.shape;
  if (x.shape.length !== 4 || x.shape[3] !== inputs || x.size === 0) {
    throw new RangeError(
      `graphConvolution: expected [N, T, V, inputs] = [any, any, any, ${inputs}], got [${x.shape.join(', ')}]`,
    );
  }
  if (!tf.util.arraysEqual(adjacency.shape, [subsets, joints, joints])) {
    throw new RangeError(
      `graphConvolution: expected an adjacency [${subsets}, ${joints}, ${joints}], got [${adjacency.shape.join(', ')}]`,
    );
  }
}
