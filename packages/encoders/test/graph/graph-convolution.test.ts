import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { graphConvolution } from '@halp/encoders';
import { createRandom } from '@halp/random';
import { checkGradient, expectClose, onEachBackend } from '@halp/testing';

describe('graphConvolution', () => {
  it('rejects sizes that are not positive integers', () => {
    expect(() => graphConvolution({ inputs: 2, outputs: 0, subsets: 1 }, createRandom(0))).toThrow(
      'graphConvolution: expected a positive integer outputs, got 0',
    );
  });
});

onEachBackend(() => {
  it('computes Σ_k A_kᵀ (x W_kᵀ + b_k)', () => {
    const layer = graphConvolution({ inputs: 3, outputs: 4, subsets: 2 }, createRandom(1));
    tf.tidy(() => {
      const x = tf.randomNormal<tf.Rank.R4>([2, 3, 5, 3], 0, 1, 'float32', 1);
      const graph = tf.randomUniform<tf.Rank.R3>([2, 5, 5], 0, 1, 'float32', 2);
      const [weight, bias] = ['conv.weight', 'conv.bias'].map(
        (name) => layer.params[name] as tf.Tensor,
      );
      const parts = [0, 1].map((k) => {
        const w = tf.reshape(
          tf.slice(weight as tf.Tensor4D, [4 * k, 0, 0, 0], [4, 3, 1, 1]),
          [4, 3],
        );
        const mixed = tf.add(
          tf.matMul(tf.reshape(x, [30, 3]), w, false, true),
          tf.slice(bias as tf.Tensor1D, [4 * k], [4]),
        );
        const a = tf.reshape(tf.slice(graph, [k, 0, 0], [1, 5, 5]), [5, 5]);
        const rows = tf.unstack(tf.reshape(mixed, [6, 5, 4])) as tf.Tensor2D[];
        return tf.stack(rows.map((row) => tf.matMul(a as tf.Tensor2D, row, true)));
      });
      const expected = tf.reshape(tf.addN(parts), [2, 3, 5, 4]);
      expectClose(layer.apply(x, graph), expected, { absolute: 1e-5 });
    });
    layer.dispose();
  });

  it('has the correct gradients with respect to all inputs', () => {
    const layer = graphConvolution({ inputs: 2, outputs: 3, subsets: 2 }, createRandom(2));
    tf.tidy(() => {
      const x = tf.randomNormal([2, 2, 3, 2], 0, 1, 'float32', 1);
      const graph = tf.randomUniform([2, 3, 3], 0, 1, 'float32', 2);
      const loss = (x: tf.Tensor, graph: tf.Tensor): tf.Scalar =>
        tf.sum(tf.square(layer.apply(x as tf.Tensor4D, graph as tf.Tensor3D)));
      checkGradient(loss, [x, graph, ...Object.values(layer.params)]);
    });
    layer.dispose();
  });

  it('names the expected shapes in its errors', () => {
    const layer = graphConvolution({ inputs: 2, outputs: 3, subsets: 2 }, createRandom(0));
    tf.tidy(() => {
      const graph = tf.zeros<tf.Rank.R3>([2, 3, 3]);
      expect(() => layer.apply(tf.zeros([1, 1, 3, 4]), graph)).toThrow(
        'graphConvolution: expected [N, T, V, inputs] = [any, any, any, 2], got [1, 1, 3, 4]',
      );
      expect(() => layer.apply(tf.zeros([1, 1, 4, 2]), graph)).toThrow(
        'graphConvolution: expected an adjacency [2, 4, 4], got [2, 3, 3]',
      );
    });
    layer.dispose();
  });
});
