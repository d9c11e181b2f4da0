import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { layerNorm } from '@halp/nn';
import { createRandom } from '@halp/random';
import { checkGradient, expectClose, onEachBackend } from '@halp/testing';

describe('layerNorm', () => {
  it('rejects invalid sizes and constants', () => {
    expect(() => layerNorm({ features: 0 })).toThrow(
      'layerNorm: expected a positive integer features, got 0',
    );
    expect(() => layerNorm({ features: 2, epsilon: 0 })).toThrow(
      'layerNorm: expected a positive epsilon, got 0',
    );
  });
});

onEachBackend(() => {
  it('gives each row the mean and deviation of bias and weight', () => {
    const layer = layerNorm({ features: 3, epsilon: 0.5 });
    tf.tidy(() => {
      layer.params['weight']?.assign(tf.tensor1d([2, 1, -1]));
      layer.params['bias']?.assign(tf.tensor1d([0, 10, 20]));
      // Means 2 and 5, variances 2/3 and 0.
      const x = tf.tensor3d([1, 2, 3, 5, 5, 5], [2, 1, 3]);
      const unit = 1 / Math.sqrt(2 / 3 + 0.5);
      const data = [-2 * unit, 10, 20 - unit, 0, 10, 20];
      expectClose(layer.apply(x, { mode: 'eval' }), { shape: [2, 1, 3], data }, { absolute: 1e-6 });
    });
    layer.dispose();
  });

  it('starts as the plain normalisation, equal in both modes and invariant to a constant added to a row', () => {
    const layer = layerNorm({ features: 8 });
    tf.tidy(() => {
      const x = tf.randomNormal<tf.Rank.R3>([2, 3, 8], 0, 1, 'float32', 1);
      const y = layer.apply(x, { mode: 'train', rng: createRandom(0) });
      expectClose(tf.mean(y, 2), new Array<number>(6).fill(0), { absolute: 1e-6 });
      expectClose(tf.mean(tf.square(y), 2), new Array<number>(6).fill(1), { absolute: 1e-4 });
      expectClose(layer.apply(tf.add<tf.Tensor3D>(x, 3), { mode: 'eval' }), y, { absolute: 1e-5 });
    });
    expect(Object.keys(layer.params)).toEqual(['weight', 'bias']);
    layer.dispose();
  });

  it('has the gradients of central differences', () => {
    const layer = layerNorm({ features: 4, epsilon: 0.1 });
    tf.tidy(() => {
      layer.params['weight']?.assign(tf.tensor1d([1, -0.5, 2, 0.3]));
      const x = tf.randomNormal([3, 4], 0, 1, 'float32', 2);
      const loss = (x: tf.Tensor): tf.Scalar =>
        tf.sum(tf.square(layer.apply(x, { mode: 'train', rng: createRandom(0) })));
      checkGradient(loss, [x, ...Object.values(layer.params)]);
    });
    layer.dispose();
  });

  it('names the expected shape', () => {
    const layer = layerNorm({ features: 4 });
    tf.tidy(() => {
      expect(() => layer.apply(tf.zeros([2, 3]), { mode: 'eval' })).toThrow(
        'layerNorm: expected [..., features] = [..., 4], got [2, 3]',
      );
      expect(() => layer.apply(tf.zeros([2, 4], 'int32'), { mode: 'eval' })).toThrow(
        'layerNorm: expected float32, got int32',
      );
    });
    layer.dispose();
  });
});
