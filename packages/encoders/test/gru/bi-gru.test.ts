import { biGru, withHead } from '@halp/encoders';
import { linear, valueAndGradients, type Params } from '@halp/nn';
import { createRandom } from '@halp/random';
import {
  expectClose,
  expectGradientClose,
  golden,
  onEachBackend,
  type GoldenCase,
} from '@halp/testing';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';

/** Frames as rows [N, T, V*C*M] to clips [N, C, T, V, M]. */
function toClips(rows: tf.Tensor): tf.Tensor5D {
  const [n, t] = rows.shape as [number, number];
  return tf.transpose<tf.Tensor5D>(tf.reshape(rows, [n, t, 25, 3, 2]), [0, 3, 1, 2, 4]);
}

function toRows(clips: tf.Tensor): tf.Tensor {
  const [n, , t] = clips.shape as [number, number, number];
  return tf.reshape(tf.transpose(clips, [0, 2, 3, 1, 4]), [n, t, 150]);
}

function get(arrays: GoldenCase['arrays'], name: string): GoldenCase['arrays'][string] {
  const array = arrays[name];
  if (array === undefined) throw new Error(`no array '${name}'`);
  return array;
}

function tensor(arrays: GoldenCase['arrays'], name: string): tf.Tensor {
  const { data, shape } = get(arrays, name);
  return tf.tensor(Float32Array.from(data as Float64Array), [...shape]);
}

/** Sets variables to arrays named as in PyTorch, with `__` for a dot. */
function assign(params: Params, arrays: GoldenCase['arrays'], prefix = ''): void {
  for (const [name, variable] of Object.entries(params)) {
    if (variable.dtype !== 'float32') continue;
    tf.tidy(() => variable.assign(tensor(arrays, prefix + name.replaceAll('.', '__'))));
  }
}

describe('biGru', () => {
  it('refuses sizes that are no positive integers', () => {
    expect(() => biGru({ joints: 0 }, createRandom(0))).toThrow(RangeError);
    expect(() => biGru({ joints: 2, hidden: 1.5 }, createRandom(0))).toThrow(
      'biGru: expected a positive integer hidden, got 1.5',
    );
  });
});

onEachBackend({ webgpu: true }, () => {
  it('gives the values, gradients and running statistics of the authors’ code', () => {
    const { arrays } = golden('bigru');
    const encoder = biGru({ joints: 25, hidden: 10 }, createRandom(0));
    const network = withHead(encoder, linear({ inputs: 20, outputs: 16 }, createRandom(1)));
    assign(network.params, arrays);
    assign(network.buffers, arrays);
    tf.tidy(() => {
      const x = tf.variable(toClips(tensor(arrays, 'x')));
      const weight = tensor(arrays, 'weight');
      const train = (): tf.Scalar => {
        const out = network.apply(x, 'train');
        expectClose(out, get(arrays, 'out_train'), { relative: 1e-4, absolute: 1e-6 });
        return tf.sum(tf.mul(out, weight));
      };
      const { gradients } = valueAndGradients(train, { x, ...network.params });
      expectGradientClose(toRows(gradients['x'] as tf.Tensor), get(arrays, 'grad__x'));
      for (const name of Object.keys(network.params)) {
        const expected = get(arrays, `grad__${name.replaceAll('.', '__')}`);
        expectGradientClose(gradients[name] as tf.Tensor, expected);
      }
      for (const name of ['running_mean', 'running_var']) {
        expectClose(
          network.buffers[`input_norm.${name}`] as tf.Tensor,
          get(arrays, `after__input_norm__${name}`),
          { relative: 1e-5, absolute: 1e-6 },
        );
      }
      const tolerance = { relative: 1e-4, absolute: 1e-6 };
      expectClose(encoder.apply(x, 'eval'), get(arrays, 'feature_eval'), tolerance);
      expectClose(network.apply(x, 'eval'), get(arrays, 'out_eval'), tolerance);
      x.dispose();
    });
    network.dispose();
  });

  it('has the sizes, names and initial ranges of the authors’ model, at an eighth of its width', () => {
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
    // Xavier's bound for a matrix of all three gates; PyTorch's for a bias.
    expect(largest('weight_ih_l0') / Math.sqrt(6 / (384 + 150))).toBeCloseTo(1, 2);
    expect(largest('weight_hh_l1') / Math.sqrt(6 / (384 + 128))).toBeCloseTo(1, 2);
    expect(largest('bias_ih_l2') * Math.sqrt(128)).toBeGreaterThan(0.95);
    expect(largest('bias_ih_l2') * Math.sqrt(128)).toBeLessThanOrEqual(1);
    encoder.dispose();
  });

  it('reads any layout of joints, persons and coordinates, one clip or many', () => {
    const encoder = biGru({ joints: 4, persons: 1, channels: 2, hidden: 3 }, createRandom(0));
    tf.tidy(() => {
      const clips = tf.randomNormal<tf.Rank.R5>([3, 2, 5, 4, 1], 0, 1, 'float32', 1);
      const all = encoder.apply(clips, 'eval');
      expect(all.shape).toEqual([3, 6]);
      const second = encoder.apply(tf.slice(clips, [1, 0, 0, 0, 0], [1, 2, 5, 4, 1]), 'eval');
      expectClose(second, tf.slice(all, [1, 0], [1, 6]), { absolute: 1e-6 });
    });
    encoder.dispose();
  });

  it('orders the numbers of a frame by joint, coordinate and person', () => {
    const encoder = biGru({ joints: 2, hidden: 1, layers: 1 }, createRandom(0));
    const means = tf.tidy(() => {
      // Each number is its own index v·(C·M) + c·M + m, the same in both frames.
      const index = tf.transpose(tf.reshape(tf.range(0, 12), [1, 2, 3, 2]), [0, 2, 1, 3]);
      const clips = tf.tile<tf.Tensor5D>(tf.reshape(index, [1, 3, 1, 2, 2]), [1, 1, 2, 1, 1]);
      encoder.apply(clips, 'train');
      return encoder.buffers['input_norm.running_mean']?.dataSync<'float32'>() ?? [];
    });
    expectClose(
      means,
      Array.from({ length: 12 }, (_, i) => 0.1 * i),
      { absolute: 1e-6 },
    );
    encoder.dispose();
  });

  it('names the shape it wanted and the one it got', () => {
    const encoder = biGru({ joints: 4, hidden: 3 }, createRandom(0));
    tf.tidy(() => {
      expect(() => encoder.apply(tf.zeros([2, 3, 5, 25, 2]), 'eval')).toThrow(
        'biGru: expected clips [N, C, T, V, M] = [any, 3, any, 4, 2], got [2, 3, 5, 25, 2]',
      );
      expect(() => encoder.apply(tf.zeros([2, 3, 0, 4, 2]), 'eval')).toThrow(RangeError);
    });
    encoder.dispose();
  });
});
