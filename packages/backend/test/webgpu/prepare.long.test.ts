import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { onBackend } from '@halp/testing';
import { webGpuBackend } from '../../src/webgpu/prepare.ts';

describe('the webgpu backend', () => {
  onBackend('webgpu', () => {
    it('reads at once what is still being computed, as often as it is asked', () => {
      tf.tidy(() => {
        let x: tf.Tensor = tf.ones([300, 300]);
        for (let i = 0; i < 20; i++) {
          x = tf.mul(tf.matMul(x as tf.Tensor2D, x as tf.Tensor2D), 1 / 300);
          expect(tf.sum(x).dataSync()[0]).toBeCloseTo(90_000, -1);
        }
      });
    });

    it('gives memory back that it will hardly use again', () => {
      const { bufferManager } = webGpuBackend();
      let most = 0;
      // Every size is a new one, and would be kept for the next tensor of that size.
      for (let i = 0; i < 60; i++) {
        tf.tidy(() => tf.slice(tf.square(tf.ones([2_000_000 + i])), 0, 1).dataSync());
        most = Math.max(most, bufferManager.numBytesUsed);
      }
      // What is in use when a call is queued is not seen here: a third buffer of that size at most.
      expect(bufferManager.numBytesAllocated).toBeLessThan(2 ** 28 + 2 * most + 50_000_000);
      expect(2 ** 28 + 2 * most + 50_000_000).toBeLessThan(60 * 16_000_000);
    });
  });
});
