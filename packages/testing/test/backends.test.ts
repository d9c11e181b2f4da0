import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { onEachBackend } from '../src/index.ts';

onEachBackend((name) => {
  it('runs on the named backend, with gradients', () => {
    expect(tf.getBackend()).toBe(name);
    const slope = tf.tidy(
      () =>
        tf
          .grad((x) => tf.square(x))(tf.scalar(3))
          .dataSync()[0],
    );
    expect(slope).toBe(6);
  });

  it.fails('fails a test that leaves a tensor behind', () => {
    expect(tf.zeros([2]).shape).toEqual([2]);
  });
});
