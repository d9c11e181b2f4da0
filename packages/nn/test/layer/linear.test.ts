import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { linear, uniform } from '@halp/nn';
import { createRandom } from '@halp/random';
import { checkGradient, expectClose, onEachBackend } from '@halp/testing';

describe('linear', () => {
  it('rejects sizes that are not positive integers', () => {
    expect(() => linear({ inputs: 0, outputs: 2 }, createRandom(0))).toThrow(RangeError);
    expect(() => linear({ inputs: 2, outputs: 1.5 }, createRandom(0))).toThrow(
      'linear: expected a positive integer outputs, got 1.5',
    );
  });
});

onEachBackend(() => {
  it('is x Wᵀ + b', () => {
    const layer = linear({ inputs: 3, outputs: 2 }, createRandom(0));
    tf.tidy(() => {
      layer.params['weight']?.assign(tf.tensor([1, 2, 3, 4, 5, 6], [2, 3]));
      layer.params['bias']?.assign(tf.tensor([10, 20]));
      const x = tf.tensor2d([1, 0, -1, 2, 1, 0], [2, 3]);
      expectClose(layer.apply(x, { mode: 'eval' }), { shape: [2, 2], data: [8, 18, 14, 33] }, {});
    });
    layer.dispose();
  });

  it('has the gradient of its formula', () => {
    const layer = linear({ inputs: 3, outputs: 2 }, createRandom(1));
    tf.tidy(() => {
      const x = tf.randomNormal([4, 3], 0, 1, 'float32', 1);
      const loss = (x: tf.Tensor): tf.Scalar =>
        tf.sum(tf.square(layer.apply(x as tf.Tensor2D, { mode: 'train', rng: createRandom(0) })));
      checkGradient(loss, [x, ...Object.values(layer.params)]);
    });
    layer.dispose();
  });

  it('has initial values by its fan-in, or from the given initializers', () => {
    const layer = linear({ inputs: 100, outputs: 50, biasInit: uniform(0) }, createRandom(2));
    const weight = layer.params['weight']?.dataSync() ?? [];
    expect(Math.max(...weight)).toBeGreaterThan(0.099);
    expect(Math.max(...weight)).toBeLessThanOrEqual(0.1);
    expect(layer.params['bias']?.dataSync().every((b) => b === 0)).toBe(true);
    layer.dispose();
  });

  it('names the expected and the actual shape', () => {
    const layer = linear({ inputs: 3, outputs: 2 }, createRandom(0));
    tf.tidy(() => {
      expect(() => layer.apply(tf.zeros([4, 1]), { mode: 'eval' })).toThrow(
        'linear: expected [R, inputs] = [any, 3], got [4, 1]',
      );
      expect(() => layer.apply(tf.zeros([4, 3], 'int32'), { mode: 'eval' })).toThrow(TypeError);
    });
    layer.dispose();
  });
});
