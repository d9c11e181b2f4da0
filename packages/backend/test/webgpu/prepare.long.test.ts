import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { onBackend } from '@halp/testing';
import { webGpuBackend } from '../../src/webgpu/prepare.ts';

describe('the webgpu backend', () => {
  onBackend('webgpu', () => {
    it('reads tensors synchronously while they are being computed, any number of times', () => {
      tf.tidy(() => {
        let x: tf.Tensor = tf.ones([300, 300]);
        for (let i = 0; i < 20; i++) {
          x = tf.mul(tf.matMul(x as tf.Tensor2D, x as tf.Tensor2D), 1 / 300);
          expect(tf.sum(x).dataSync()[0]).toBeCloseTo(90_000, -1);
        }
      });
    });

    it('releases memory that it is unlikely to reuse', () => {
      const { bufferManager } = webGpuBackend();
      let most = 0;
      // Every size is new, and would be kept for the next tensor of that size.
      for (let i = 0; i < 60; i++) {
        tf.tidy(() => tf.slice(tf.square(tf.ones([2_000_000 + i])), 0, 1).dataSync());
        most = Math.max(most, bufferManager.numBytesUsed);
      }
      // Buffers in use while a call is queued are not counted here: at most a third buffer of that size.
      expect(bufferManager.numBytesAllocated).toBeLessThan(2 ** 28 + 2 * most + 50_000_000);
      expect(2 ** 28 + 2 * most + 50_000_000).toBeLessThan(60 * 16_000_000);
    });
  });
});
