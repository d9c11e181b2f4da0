import * as tf from '@tensorflow/tfjs-core';
import { jointProduct, sumOfProducts } from './mix-joints.ts';

/** The adjacency and weights of {@link convolveGraph}. */
interface GraphWeights {
  /** `[K, V, V]`. */
  readonly adjacency: tf.Tensor3D;
  /** `[K·O, I, 1, 1]`. */
  readonly weight: tf.Tensor4D;
  /** `[K·O]`. */
  readonly bias: tf.Tensor1D;
  /** `[O]`: c below, added to every joint. Default: nothing is added. */
  readonly offset?: tf.Tensor1D | undefined;
}

/**
 * y[n, t, w] = c + Σ_k Σ_v A_k[v, w] · (W_k x[n, t, v] + b_k), `[N, T, V, I]` to `[N, T, V, O]`; one operation on the tape,
 * which keeps only x.
 *
 * Joints are mixed first, which costs less if O ≥ I: with the rows u[n, t, w, k, i] = Σ_v A_k[v, w] x[n, t, v, i],
 * y = u·W + Σ_k (Σ_v A_k[v, w]) b_k. The gradient mixes them again, which costs less than keeping them.
 */
export function convolveGraph(x: tf.Tensor4D, weights: GraphWeights): tf.Tensor4D {
  const { adjacency, weight, bias, offset } = weights;
  const inputs = [x, adjacency, weight, bias, ...(offset === undefined ? [] : [offset])];
  return tf.customGrad((...args: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const save = args.at(-1) as tf.GradSaveFunc;
    const [x, own] = unpacked(args.slice(0, -1) as tf.Tensor[]);
    save(args.slice(0, 4) as tf.Tensor[]);
    return {
      value: forward(x, own),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [x, own] = unpacked(saved);
        const gradients = backward(x, own, dy as tf.Tensor4D);
        // TensorFlow.js would keep them until the whole backward pass is done.
        tf.dispose(saved);
        return gradients.slice(0, inputs.length);
      },
    };
  })(...inputs);
}

function unpacked(tensors: readonly tf.Tensor[]): readonly [x: tf.Tensor4D, weights: GraphWeights] {
  const [x, adjacency, weight, bias, offset] = tensors as [
    tf.Tensor4D,
    tf.Tensor3D,
    tf.Tensor4D,
    tf.Tensor1D,
    tf.Tensor1D?,
  ];
  return [x, { adjacency, weight, bias, offset }];
}

function forward(x: tf.Tensor4D, { adjacency, weight, bias, offset }: GraphWeights): tf.Tensor4D {
  const [clips, frames, joints] = x.shape;
  const [subsets] = adjacency.shape;
  return tf.tidy(() => {
    const rows = tf.matMul(mixedRows(x, adjacency), filterOf(weight, subsets));
    const ofBias = tf.matMul(shares(adjacency), tf.reshape<tf.Rank.R2>(bias, [subsets, -1]));
    const shift = offset === undefined ? ofBias : tf.add(ofBias, offset);
    const outputs = bias.size / subsets;
    return tf.add<tf.Tensor4D>(tf.reshape(rows, [clips, frames, joints, outputs]), shift);
  });
}

/** The gradients of x, the adjacency, the weight, the bias and the offset. */
function backward(
  x: tf.Tensor4D,
  { adjacency, weight, bias }: GraphWeights,
  dy: tf.Tensor4D,
): tf.Tensor[] {
  const [, , joints, inputs] = x.shape;
  const outputs = dy.shape[3];
  const [subsets] = adjacency.shape;
  return tf.tidy(() => {
    const d = tf.reshape<tf.Rank.R2>(dy, [-1, outputs]);
    const mixed = mixedRows(x, adjacency);
    const dFilter = tf.matMul(mixed, d, true, false);
    mixed.dispose();
    const dWeight = tf.transpose(tf.reshape(dFilter, [subsets, inputs, outputs]), [0, 2, 1]);
    const dMixed = tf.reshape<tf.Rank.R3>(tf.matMul(d, filterOf(weight, subsets), false, true), [
      -1,
      joints * subsets,
      inputs,
    ]);
    const dx = jointProduct(mixtureOf(adjacency), dMixed, true);
    const dShift = tf.sum<tf.Tensor2D>(tf.reshape(dy, [-1, joints, outputs]), 0);
    const dBias = tf.matMul(shares(adjacency), dShift, true, false);
    const dShares = tf.matMul(
      dShift,
      tf.reshape<tf.Rank.R2>(bias, [subsets, outputs]),
      false,
      true,
    );
    // A_k[v, w] is the entry [w·K + k, v] of the mixture, and a term of the share [w, k] for every v.
    const dMixture = tf.reshape(sumOfProducts(dMixed, frameRows(x)), [joints, subsets, joints]);
    const dAdjacency = tf.add(dMixture, tf.expandDims(dShares, 2));
    return [
      tf.reshape(dx, x.shape),
      tf.transpose(dAdjacency, [1, 2, 0]),
      tf.reshape(dWeight, weight.shape),
      tf.reshape(dBias, bias.shape),
      tf.sum(dShift, 0),
    ];
  });
}

/** u, `[N·T·V, K·I]`. */
function mixedRows(x: tf.Tensor4D, adjacency: tf.Tensor3D): tf.Tensor2D {
  return tf.tidy(() =>
    tf.reshape<tf.Rank.R2>(jointProduct(mixtureOf(adjacency), frameRows(x), false), [
      -1,
      adjacency.shape[0] * x.shape[3],
    ]),
  );
}

/** `[N, T, V, C]` to `[N·T, V, C]`. */
function frameRows(x: tf.Tensor4D): tf.Tensor3D {
  return tf.reshape(x, [-1, x.shape[2], x.shape[3]]);
}

/** `[K, V, V]` to `[V·K, V]`: the weight of joint v for joint w at `[w·K + k, v]`. */
function mixtureOf(adjacency: tf.Tensor3D): tf.Tensor2D {
  return tf.reshape(tf.transpose(adjacency, [2, 0, 1]), [-1, adjacency.shape[1]]);
}

/** `[V, K]`: the total weight of joint w's neighbours. */
function shares(adjacency: tf.Tensor3D): tf.Tensor2D {
  return tf.transpose(tf.sum<tf.Tensor2D>(adjacency, 1));
}

/** `[K·O, I, 1, 1]` to `[K·I, O]`. */
function filterOf(weight: tf.Tensor4D, subsets: number): tf.Tensor2D {
  const [rows, inputs] = weight.shape;
  const bySubset = tf.reshape<tf.Rank.R3>(weight, [subsets, rows / subsets, inputs]);
  return tf.reshape(tf.transpose(bySubset, [0, 2, 1]), [subsets * inputs, -1]);
}
