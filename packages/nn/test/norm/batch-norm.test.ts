import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import {
  type BatchNorm,
  batchNorm,
  prefixed,
  temporalConvolution,
  valueAndGradients,
} from '@halp/nn';
import { createRandom } from '@halp/random';
import {
  bothPasses,
  checkGradient,
  expectClose,
  expectGradientClose,
  onEachBackend,
} from '@halp/testing';

function rows(count: number, features: number, seed: number): tf.Tensor2D {
  return tf.randomNormal([count, features], 2, 3, 'float32', seed);
}

/** Weights and biases that are neither 1 nor 0. */
function scramble({ params }: BatchNorm): void {
  tf.tidy(() => {
    params['weight']?.assign(tf.randomNormal(params['weight'].shape, 1, 0.5, 'float32', 11));
    params['bias']?.assign(tf.randomNormal(params['bias'].shape, 0, 1, 'float32', 12));
  });
}

/** The formula with ordinary operations and their gradients. */
function plain(x: tf.Tensor, { params }: BatchNorm): tf.Tensor {
  const { mean, variance } = tf.moments(x, 0);
  const unit = tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-5)));
  return tf.add(tf.mul(unit, params['weight'] as tf.Tensor), params['bias'] as tf.Tensor);
}

describe('batchNorm', () => {
  it('rejects options out of range', () => {
    expect(() => batchNorm({ features: 0 })).toThrow('expected a positive integer features, got 0');
    expect(() => batchNorm({ features: 1, momentum: 2 })).toThrow('momentum in [0, 1], got 2');
    expect(() => batchNorm({ features: 1, epsilon: 0 })).toThrow('positive epsilon, got 0');
  });
});

onEachBackend(() => {
  it('normalises by the variance over R and tracks the one over R − 1', () => {
    const layer = batchNorm({ features: 1 });
    tf.tidy(() => {
      // Mean 3, variance 2/3·… : values 1, 3, 5 have Σ(x − 3)² = 8, so 8/3 and 8/2.
      const y = layer.apply(tf.tensor([1, 3, 5], [3, 1]), { mode: 'train', rng: createRandom(0) });
      const scale = 1 / Math.sqrt(8 / 3 + 1e-5);
      expectClose(y, [-2 * scale, 0, 2 * scale], { absolute: 1e-6 });
    });
    const { running_mean, running_var, num_batches_tracked } = layer.buffers;
    expectClose(running_mean as tf.Tensor, [0.1 * 3], { absolute: 1e-6 });
    expectClose(running_var as tf.Tensor, [0.9 * 1 + 0.1 * 4], { absolute: 1e-6 });
    expect(num_batches_tracked?.dataSync()[0]).toBe(1);
    layer.dispose();
  });

  it('uses the running statistics in eval mode, and does not change them', () => {
    const layer = batchNorm({ features: 2 });
    tf.tidy(() => {
      layer.buffers['running_mean']?.assign(tf.tensor([1, -1]));
      layer.buffers['running_var']?.assign(tf.tensor([4, 0.25]));
      const y = layer.apply(tf.tensor([3, 0], [1, 2]), { mode: 'eval' });
      expectClose(y, [2 / Math.sqrt(4 + 1e-5), 1 / Math.sqrt(0.25 + 1e-5)], { relative: 1e-6 });
      expectClose(layer.buffers['running_mean'] as tf.Tensor, [1, -1], {});
      expectClose(layer.buffers['num_batches_tracked'] as tf.Tensor, [0], {});
    });
    layer.dispose();
  });

  it('agrees with its formula in ordinary operations, value and gradients', () => {
    const layer = batchNorm({ features: 5 });
    scramble(layer);
    tf.tidy(() => {
      const x = tf.variable(rows(7, 5, 1));
      const weights = rows(7, 5, 2);
      const all = { x, ...layer.params };
      const loss = (y: tf.Tensor): tf.Scalar => tf.sum(tf.mul(y, weights));
      const ours = valueAndGradients(
        () => loss(layer.apply(x, { mode: 'train', rng: createRandom(0) })),
        all,
      );
      const expected = valueAndGradients(() => loss(plain(x, layer)), all);
      expectClose(ours.value, expected.value, { relative: 1e-5 });
      for (const [name, gradient] of Object.entries(expected.gradients)) {
        expectGradientClose(ours.gradients[name] as tf.Tensor, gradient, { relative: 1e-5 });
      }
      x.dispose();
    });
    layer.dispose();
  });

  it.each(bothPasses)('has the gradients of central differences in $mode mode', (pass) => {
    const layer = batchNorm({ features: 2, momentum: 0 });
    scramble(layer);
    tf.tidy(() => {
      const weights = rows(4, 2, 3);
      const loss = (x: tf.Tensor): tf.Scalar =>
        tf.sum(tf.mul(layer.apply(x as tf.Tensor2D, pass), weights));
      const x = tf.randomNormal([4, 2], 0, 1, 'float32', 5);
      checkGradient(loss, [x, ...Object.values(layer.params)], { tolerance: 2e-3 });
    });
    layer.dispose();
  });

  it('gives 0, not NaN, for a constant feature of any size', () => {
    const layer = batchNorm({ features: 1 });
    tf.tidy(() =>
      expectClose(
        layer.apply(tf.fill([4, 1], 1e3), { mode: 'train', rng: createRandom(0) }),
        [0, 0, 0, 0],
        {},
      ),
    );
    expectClose(layer.buffers['running_var'] as tf.Tensor, [0.9], { absolute: 1e-6 });
    layer.dispose();
  });

  it('rejects a single row in train mode, and other shapes', () => {
    const layer = batchNorm({ features: 2 });
    tf.tidy(() => {
      expect(() => layer.apply(tf.zeros([1, 2]), { mode: 'train', rng: createRandom(0) })).toThrow(
        'batchNorm: expected at least 2 rows in train mode, got 1',
      );
      expect(() => layer.apply(tf.zeros([4, 3]), { mode: 'eval' })).toThrow(
        'batchNorm: expected [..., features] = [..., 2] of rank 2 or more, got [4, 3]',
      );
      expect(() => layer.apply(tf.zeros([2]), { mode: 'eval' })).toThrow(RangeError);
      expect(() => layer.apply(tf.zeros([4, 2], 'int32'), { mode: 'eval' })).toThrow(TypeError);
      const add = tf.zeros<tf.Rank.R2>([1, 2]);
      expect(() =>
        layer.apply(tf.zeros<tf.Rank.R2>([4, 2]), { mode: 'train', rng: createRandom(0) }, { add }),
      ).toThrow('batchNorm: expected add as [4, 2], got [1, 2]');
    });
    layer.dispose();
  });

  it.each(bothPasses)(
    'treats every axis but the last as rows, and applies the sum and the ReLU, in $mode mode',
    (pass) => {
      const layer = batchNorm({ features: 3, momentum: 0.5 });
      scramble(layer);
      tf.tidy(() => {
        const x = tf.variable(tf.reshape(rows(24, 3, 1), [2, 3, 4, 3]));
        const add = tf.variable(tf.reshape(rows(24, 3, 2), [2, 3, 4, 3]));
        const weights = tf.reshape(rows(24, 3, 3), [2, 3, 4, 3]);
        const all = { x, add, ...layer.params };
        const loss = (y: tf.Tensor): tf.Scalar => tf.sum(tf.mul(y, weights));
        const ours = valueAndGradients(() => loss(layer.apply(x, pass, { add, relu: true })), all);
        const apart = valueAndGradients(() => {
          const { running_mean, running_var } = layer.buffers;
          const flat = tf.reshape(x, [24, 3]);
          const normalised =
            pass.mode === 'train'
              ? plain(flat, layer)
              : tf.batchNorm(
                  flat as tf.Tensor2D,
                  running_mean as tf.Tensor1D,
                  running_var as tf.Tensor1D,
                  layer.params['bias'] as tf.Tensor1D,
                  layer.params['weight'] as tf.Tensor1D,
                  1e-5,
                );
          return loss(tf.relu(tf.add(tf.reshape(normalised, x.shape), add)));
        }, all);
        expectClose(ours.value, apart.value, { relative: 1e-5 });
        for (const [name, gradient] of Object.entries(apart.gradients)) {
          expectGradientClose(ours.gradients[name] as tf.Tensor, gradient, { relative: 1e-5 });
        }
        tf.dispose([x, add]);
      });
      layer.dispose();
    },
  );

  it.each(bothPasses)(
    'is folded into a convolution with the same values and gradients, in $mode mode',
    (pass) => {
      const conv = temporalConvolution({ inputs: 3, outputs: 4, kernel: 3 }, createRandom(1));
      const layer = batchNorm({ features: 4, momentum: 0.5 });
      scramble(layer);
      tf.tidy(() => {
        layer.apply(rows(20, 4, 1), { mode: 'train', rng: createRandom(0) });
        const x = tf.randomNormal<tf.Rank.R4>([2, 5, 2, 3], 0, 1, 'float32', 2);
        const add = tf.randomNormal<tf.Rank.R4>([2, 5, 2, 4], 0, 1, 'float32', 3);
        const weights = tf.randomNormal([2, 5, 2, 4], 0, 1, 'float32', 4);
        const all = { ...prefixed('conv', conv.params), ...layer.params };
        const loss = (y: tf.Tensor): tf.Scalar => tf.sum(tf.mul(y, weights));
        const together = valueAndGradients(
          () => loss(layer.applyTo((map) => conv.apply(x, pass, map), pass, { add, relu: true })),
          all,
        );
        const apart = valueAndGradients(
          () => loss(layer.apply(conv.apply(x, pass), pass, { add, relu: true })),
          all,
        );
        expectClose(together.value, apart.value, { relative: 1e-5 });
        for (const [name, gradient] of Object.entries(apart.gradients)) {
          // In train mode a bias before a normalisation has no gradient except rounding errors.
          const tolerance = { relative: 1e-5, absolute: 1e-5 };
          expectGradientClose(together.gradients[name] as tf.Tensor, gradient, tolerance);
        }
      });
      layer.dispose();
      conv.dispose();
    },
  );
});
