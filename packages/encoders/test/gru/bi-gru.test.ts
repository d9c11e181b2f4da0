import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { biGru } from '@halp/encoders';
import { createRandom } from '@halp/random';
import { expectClose, onEachBackend } from '@halp/testing';
import { authorsValuesTest } from './authors-values.ts';

describe('biGru', () => {
  it('rejects sizes that are not positive integers', () => {
    expect(() => biGru({ joints: 0 }, createRandom(0))).toThrow(RangeError);
    expect(() => biGru({ joints: 2, hidden: 1.5 }, createRandom(0))).toThrow(
      'biGru: expected a positive integer hidden, got 1.5',
    );
  });
});

// Values and gradients on WebGPU are tested in the long lane.
onEachBackend(authorsValuesTest);

onEachBackend({ webgpu: true }, () => {
  it('has the sizes, names and initial ranges of the authors’ model, with an eighth of its width', () => {
    const encoder = biGru({ joints: 25, hidden: 128 }, createRandom(0));
    expect(encoder.featureSize).toBe(256);
    expect(Object.keys(encoder.params).slice(0, 4)).toEqual([
      'input_norm.weight',
      'input_norm.bias',
      'encoder.gru.weight_ih_l0',
      'encoder.gru.weight_hh_l0',
    ]);
    expect(Object.keys(encoder.buffers)).toEqual([
      'input_norm.running_mean',
      'input_norm.running_var',
      'input_norm.num_batches_tracked',
    ]);
    const largest = (name: string): number =>
      (encoder.params[`encoder.gru.${name}`]?.dataSync<'float32'>() ?? new Float32Array()).reduce(
        (most, x) => Math.max(most, Math.abs(x)),
        0,
      );
    // Xavier's bound for the stacked matrix of all three gates; PyTorch's bound for a bias.
    expect(largest('weight_ih_l0') / Math.sqrt(6 / (384 + 150))).toBeCloseTo(1, 2);
    expect(largest('weight_hh_l1') / Math.sqrt(6 / (384 + 128))).toBeCloseTo(1, 2);
    expect(largest('bias_ih_l2') * Math.sqrt(128)).toBeGreaterThan(0.95);
    expect(largest('bias_ih_l2') * Math.sqrt(128)).toBeLessThanOrEqual(1);
    encoder.dispose();
  });

  it('accepts any number of joints, persons, coordinates and clips', () => {
    const encoder = biGru({ joints: 4, persons: 1, channels: 2, hidden: 3 }, createRandom(0));
    tf.tidy(() => {
      const clips = tf.randomNormal<tf.Rank.R5>([3, 2, 5, 4, 1], 0, 1, 'float32', 1);
      const all = encoder.apply(clips, { mode: 'eval' });
      expect(all.shape).toEqual([3, 6]);
      const second = encoder.apply(tf.slice(clips, [1, 0, 0, 0, 0], [1, 2, 5, 4, 1]), {
        mode: 'eval',
      });
      expectClose(second, tf.slice(all, [1, 0], [1, 6]), { absolute: 1e-6 });
    });
    encoder.dispose();
  });

  it('orders the numbers of a frame by joint, coordinate and person', () => {
    const encoder = biGru({ joints: 2, hidden: 1, layers: 1 }, createRandom(0));
    const means = tf.tidy(() => {
      // Each number equals its index v·(C·M) + c·M + m, in both frames.
      const index = tf.transpose(tf.reshape(tf.range(0, 12), [1, 2, 3, 2]), [0, 2, 1, 3]);
      const clips = tf.tile<tf.Tensor5D>(tf.reshape(index, [1, 3, 1, 2, 2]), [1, 1, 2, 1, 1]);
      encoder.apply(clips, { mode: 'train', rng: createRandom(0) });
      return encoder.buffers['input_norm.running_mean']?.dataSync<'float32'>() ?? [];
    });
    expectClose(
      means,
      Array.from({ length: 12 }, (_, i) => 0.1 * i),
      { absolute: 1e-6 },
    );
    encoder.dispose();
  });

  it('names the expected and the actual shape in its errors', () => {
    const encoder = biGru({ joints: 4, hidden: 3 }, createRandom(0));
    tf.tidy(() => {
      expect(() => encoder.apply(tf.zeros([2, 3, 5, 25, 2]), { mode: 'eval' })).toThrow(
        'biGru: expected clips [N, C, T, V, M] = [any, 3, any, 4, 2], got [2, 3, 5, 25, 2]',
      );
      expect(() => encoder.apply(tf.zeros([2, 3, 0, 4, 2]), { mode: 'eval' })).toThrow(RangeError);
    });
    encoder.dispose();
  });
});
