import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { startBackend } from '@halp/backend';
import { expectClose, onEachBackend } from '@halp/testing';

function uniform(shape: readonly number[], seed: number): tf.Tensor {
  return tf.randomUniform([...shape], -1, 1, 'float32', seed);
}

/** A product of batches that are broadcast along different axes, compared with the product of repeated batches. */
function expectRepeated(): void {
  tf.tidy(() => {
    const [a, b] = [uniform([2, 1, 3, 4], 1), uniform([2, 5, 4, 3], 2)];
    const whole = tf.tile(a, [1, 5, 1, 1]);
    expectClose(tf.matMul(a, b), tf.matMul(whole, b), { absolute: 1e-6 });
    expectClose(tf.matMul(b, a, true, true), tf.matMul(b, whole, true, true), { absolute: 1e-6 });
    const [c, d] = [uniform([2, 1, 3, 4], 3), uniform([3, 4, 2], 4)];
    const product = tf.matMul(c, d);
    expect(product.shape).toEqual([2, 3, 3, 2]);
    expectClose(
      product,
      tf.matMul(tf.tile(c, [1, 3, 1, 1]), tf.tile(tf.expandDims(d), [2, 1, 1, 1])),
      { absolute: 1e-6 },
    );
  });
}

describe('a product of batches that are repeated', () => {
  onEachBackend({ webgpu: true }, () => {
    it('multiplies the right matrices', expectRepeated);
  });

  it('multiplies the right matrices in plain JavaScript', async () => {
    await startBackend({ prefer: 'cpu' });
    expectRepeated();
  });
});
