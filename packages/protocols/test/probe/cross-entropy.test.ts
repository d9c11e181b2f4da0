import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { checkGradient, expectClose, onEachBackend } from '@halp/testing';
import { crossEntropy, crossEntropyLoss, oneHot } from '../../src/probe/cross-entropy.ts';

describe('crossEntropyLoss', () => {
  onEachBackend(() => {
    it('is log K for equal logits and log(1 + e^-d) for two of difference d', () => {
      tf.tidy(() => {
        const even = tf.fill<tf.Rank.R2>([3, 4], 7);
        const targets = tf.tensor2d(oneHot(Int32Array.of(0, 3, 1), 4), [3, 4]);
        expectClose(crossEntropyLoss(even, targets), [Math.log(4)], { relative: 1e-6 });
        const two = tf.tensor2d([[1.5, 0]]);
        const loss = crossEntropyLoss(two, tf.tensor2d([[1, 0]]));
        expectClose(loss, [Math.log(1 + Math.exp(-1.5))], { relative: 1e-6 });
      });
    });

    it('has the gradient of central differences, which is (softmax - target) / N', () => {
      tf.tidy(() => {
        const targets = tf.tensor2d(oneHot(Int32Array.of(2, 0), 3), [2, 3]);
        const z = tf.tensor2d([[0.3, -1, 0.8], [2, 1, -0.5]]); // prettier-ignore
        checkGradient((x) => tf.mul(3, crossEntropyLoss(x as tf.Tensor2D, targets)), [z]);
        const { logitGradient } = crossEntropy(z, targets);
        const expected = tf.div(tf.sub(tf.softmax(z), targets), 2);
        expectClose(logitGradient, expected, { absolute: 1e-6 });
      });
    });

    it('stays finite where an exponential would overflow', () => {
      tf.tidy(() => {
        const z = tf.tensor2d([[200, 0]]);
        expectClose(crossEntropyLoss(z, tf.tensor2d([[0, 1]])), [200], { relative: 1e-6 });
        const gradient = tf.grad((x) => crossEntropyLoss(x as tf.Tensor2D, tf.tensor2d([[0, 1]])));
        expect(Array.from(gradient(z).dataSync())).toEqual([1, -1]);
      });
    });
  });
});
