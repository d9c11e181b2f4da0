import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { convolutionHead } from '@halp/encoders';
import { createRandom } from '@halp/random';
import { expectClose, onEachBackend } from '@halp/testing';

onEachBackend(() => {
  it('computes W x + b with the weight of a 1×1 convolution', () => {
    const head = convolutionHead({ inputs: 2, outputs: 3 }, createRandom(0));
    expect(head.params['weight']?.shape).toEqual([3, 2, 1, 1]);
    tf.tidy(() => {
      head.params['weight']?.assign(tf.tensor([1, 2, 3, 4, 5, 6], [3, 2, 1, 1]));
      head.params['bias']?.assign(tf.tensor([0.5, 0, -1]));
      const x = tf.tensor2d([1, 10, 0, -1], [2, 2]);
      const expected = { shape: [2, 3], data: [21.5, 43, 64, -1.5, -4, -7] };
      expectClose(head.apply(x, { mode: 'eval' }), expected, {});
      expect(() => head.apply(tf.zeros([2, 3]), { mode: 'eval' })).toThrow(
        'convolutionHead: expected [N, inputs] = [any, 2], got [2, 3]',
      );
    });
    head.dispose();
  });
});
