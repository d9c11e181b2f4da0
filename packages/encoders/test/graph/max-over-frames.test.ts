import * as tf from '@tensorflow/tfjs-core';
import { it } from 'vitest';
import { expectClose, onEachBackend } from '@halp/testing';
import { maxOverFrames } from '../../src/graph/max-over-frames.ts';

/** `[1, T, 1, 1]`. */
const frames = (values: readonly number[]): tf.Tensor4D =>
  tf.tensor4d([...values], [1, values.length, 1, 1]);

onEachBackend(() => {
  it.each([
    { x: [-3, -1, -2, -5, -4], stride: 1, y: [-1, -1, -1, -2, -4] },
    { x: [-3, -1, -2, -5, -4], stride: 2, y: [-1, -1, -4] },
    { x: [3, 1, 2, 5], stride: 2, y: [3, 5] },
    { x: [3, 1, 2, 5], stride: 3, y: [3, 5] },
    { x: [2, -7], stride: 1, y: [2, 2] },
    { x: [-7], stride: 2, y: [-7] },
  ])('returns the maximum of a frame and its neighbours: %o', ({ x, stride, y }) => {
    tf.tidy(() => {
      expectClose(maxOverFrames(frames(x), stride), { shape: [1, y.length, 1, 1], data: y }, {});
    });
  });

  it('treats clips, joints and channels separately', () => {
    tf.tidy(() => {
      const x = tf.randomNormal<tf.Rank.R4>([2, 5, 3, 2], 0, 1, 'float32', 1);
      const alone = tf.slice(x, [1, 0, 2, 1], [1, 5, 1, 1]);
      const y = tf.slice(maxOverFrames(x, 2), [1, 0, 2, 1], [1, 3, 1, 1]);
      expectClose(y, maxOverFrames(alone, 2), {});
    });
  });

  it.each([
    { x: [1, 4, 2, 3, 0], stride: 1, dx: [0, 111, 0, 11000, 0] },
    { x: [1, 4, 2, 3, 0], stride: 2, dx: [0, 11, 0, 100, 0] },
    // The first of equal maxima receives the whole gradient, as in PyTorch.
    { x: [2, 2, 2, 2], stride: 1, dx: [11, 100, 1000, 0] },
    { x: [0], stride: 2, dx: [1] },
  ])('sends its gradient to the maximum: %o', ({ x, stride, dx }) => {
    tf.tidy(() => {
      const values = frames(x);
      const count = Math.ceil(x.length / stride);
      const dy = frames(Array.from({ length: count }, (_, i) => 10 ** i));
      const gradient = tf.grad((x) => maxOverFrames(x as tf.Tensor4D, stride))(values, dy);
      expectClose(gradient, { shape: [1, x.length, 1, 1], data: dx }, {});
    });
  });
});
