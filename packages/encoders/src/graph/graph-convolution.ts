import * as tf from '@tensorflow/tfjs-core';
import {
  disposeParams,
  type FeatureMap,
  type Initializer,
  type Params,
  pointwiseConvolution,
} from '@halp/nn';
import type { Random } from '@halp/random';
import {
  expectOptions,
  expectPositiveIntegers,
  expectRandom,
  type OptionNames,
} from '@halp/random/check';
import { convolveGraph } from './convolve-graph.ts';

/** Sizes of a {@link graphConvolution}. */
export interface GraphConvolutionOptions {
  /** I: channels of a joint. */
  readonly inputs: number;
  /** O: channels of the output. */
  readonly outputs: number;
  /** K: subsets of the graph. */
  readonly subsets: number;
  /** Initial values of the weight. Default: PyTorch's U(-1/√I, 1/√I). */
  readonly weightInit?: Initializer;
  /** Initial values of the bias. Default: U(-1/√I, 1/√I). */
  readonly biasInit?: Initializer;
}

/** A convolution over the joints of a graph, which is an argument of each call. */
export interface GraphConvolution {
  /** `conv.weight` `[K·O, I, 1, 1]` and `conv.bias` `[K·O]`. */
  readonly params: Params;
  /** None. */
  readonly buffers: Params;
  /**
   * The convolved joints `[N, T, V, O]`, owned by the caller.
   *
   * @param x - `[N, T, V, I]`; the caller keeps it.
   * @param adjacency - `[K, V, V]`: the weight of joint v for joint w at `[k, v, w]`; receives a gradient.
   * @param map - a scale and a shift for each output channel, folded into the weights, such as a normalisation in
   * `eval` mode.
   */
  apply(x: tf.Tensor4D, adjacency: tf.Tensor3D, map?: FeatureMap): tf.Tensor4D;
  /** Disposes `params`. */
  dispose(): void;
}

const optionNames: OptionNames<GraphConvolutionOptions> = {
  inputs: true,
  outputs: true,
  subsets: true,
  weightInit: true,
  biasInit: true,
};

/**
 * The spatial graph convolution of ST-GCN (Yan et al., AAAI 2018, equation 9):
 * y[n, t, w] = Σ_k Σ_v A_k[v, w] · (W_k x[n, t, v] + b_k), `[N, T, V, I]` to `[N, T, V, O]`.
 *
 * Names: `conv.weight` `[K·O, I, 1, 1]` and `conv.bias` `[K·O]`, subset by subset, as in the authors' code.
 *
 * @param rng - forked by parameter name; itself not drawn from.
 * @throws RangeError if a size is not a positive integer; `apply` throws if a tensor has another shape.
 */
export function graphConvolution(options: GraphConvolutionOptions, rng: Random): GraphConvolution {
  const { inputs, outputs, subsets, ...inits } = expectOptions(
    'graphConvolution',
    options,
    optionNames,
  );
  expectRandom('graphConvolution', rng);
  expectPositiveIntegers('graphConvolution', { inputs, outputs, subsets });
  const conv = pointwiseConvolution({ inputs, outputs: subsets * outputs, ...inits }, rng);
  const { weight, bias } = conv.params as { weight: tf.Variable; bias: tf.Variable };
  const params = { 'conv.weight': weight, 'conv.bias': bias };
  return {
    params,
    buffers: {},
    apply(x, adjacency, map) {
      expectGraph(x, adjacency, inputs, subsets);
      const whole = {
        adjacency,
        weight: weight as unknown as tf.Tensor4D,
        bias: bias as unknown as tf.Tensor1D,
      };
      return tf.tidy(() => {
        if (map === undefined) return convolveGraph(x, whole);
        const scale = tf.tile<tf.Tensor1D>(map.scale as tf.Tensor1D, [subsets]);
        return convolveGraph(x, {
          adjacency,
          weight: tf.mul(whole.weight, tf.reshape(scale, [-1, 1, 1, 1])),
          bias: tf.mul(whole.bias, scale),
          offset: map.shift as tf.Tensor1D,
        });
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
