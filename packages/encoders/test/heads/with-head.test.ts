import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { biGru, projectionHead, withHead } from '@halp/encoders';
import { countParams } from '@halp/nn';
import { createRandom } from '@halp/random';
import { expectClose, golden, onEachBackend } from '@halp/testing';

onEachBackend({ webgpu: true }, () => {
  it('the projection head of the paper has 4,458,624 parameters, the input normalisation 300', () => {
    const head = projectionHead({ inputs: 2048, hidden: 2048, outputs: 128 }, createRandom(0));
    expect(countParams(head.params)).toBe(4_458_624);
    head.dispose();
    const encoder = biGru({ joints: 25, hidden: 1, layers: 1 }, createRandom(0));
    const { 'input_norm.weight': weight, 'input_norm.bias': bias } = encoder.params;
    expect((weight?.size ?? 0) + (bias?.size ?? 0)).toBe(300);
    encoder.dispose();
  });

  it('the head is Linear, ReLU, Linear', () => {
    const head = projectionHead({ inputs: 2, hidden: 2, outputs: 1 }, createRandom(0));
    tf.tidy(() => {
      const set = (name: string, values: number[], shape: number[]): void =>
        head.params[name]?.assign(tf.tensor(values, shape));
      set('0.weight', [1, 0, 0, 1], [2, 2]);
      set('0.bias', [0, -1], [2]);
      set('2.weight', [10, 100], [1, 2]);
      set('2.bias', [5], [1]);
      const y = head.apply(tf.tensor([3, 2, -3, 0.5], [2, 2]), { mode: 'eval' });
      expectClose(y, { shape: [2, 1], data: [135, 5] }, {});
    });
    head.dispose();
  });

  it('the last layer is initialised Xavier-uniform, the first with PyTorch’s default', () => {
    const head = projectionHead({ inputs: 100, hidden: 100, outputs: 200 }, createRandom(0));
    const largest = (name: string): number =>
      (head.params[name]?.dataSync<'float32'>() ?? new Float32Array()).reduce(
        (most, x) => Math.max(most, Math.abs(x)),
        0,
      );
    expect(largest('0.weight')).toBeCloseTo(0.1, 3);
    expect(largest('2.weight')).toBeCloseTo(Math.sqrt(6 / 300), 3);
    expect(largest('2.bias')).toBeCloseTo(0.1, 2);
    head.dispose();
  });

  it('encoder and head have the parameter names of the authors’ query encoder', () => {
    const { arrays } = golden('moco_halp_joint');
    const start = 'before__encoder_q__';
    const expected = Object.keys(arrays)
      .filter((name) => name.startsWith(start))
      .map((name) => name.slice(start.length).replaceAll('__', '.'));
    const encoder = biGru({ joints: 25, hidden: 8 }, createRandom(0));
    const head = projectionHead({ inputs: 16, hidden: 16, outputs: 16 }, createRandom(1));
    const network = withHead(encoder, head);
    const names = [...Object.keys(network.params), ...Object.keys(network.buffers)];
    expect(names.toSorted()).toEqual(expected.toSorted());
    for (const [name, { shape, dtype }] of Object.entries(network.params)) {
      expect([name, dtype, shape]).toEqual([
        name,
        'float32',
        arrays[start + name.replaceAll('.', '__')]?.shape,
      ]);
    }
    network.dispose();
  });

  it('encoder and head apply the head to the feature', () => {
    const encoder = biGru({ joints: 3, hidden: 2 }, createRandom(0));
    const head = projectionHead({ inputs: 4, hidden: 4, outputs: 2 }, createRandom(1));
    const network = withHead(encoder, head);
    tf.tidy(() => {
      const x = tf.randomNormal<tf.Rank.R5>([2, 3, 4, 3, 2], 0, 1, 'float32', 1);
      const expected = head.apply(encoder.apply(x, { mode: 'eval' }), { mode: 'eval' });
      expectClose(network.apply(x, { mode: 'eval' }), expected, {});
      expect(network.encoder).toBe(encoder);
    });
    network.dispose();
  });
});
