import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { disposeParams, ownedVariable, valueAndGradients, withoutGradient } from '@halp/nn';
import { expectClose, onEachBackend } from '@halp/testing';

onEachBackend(() => {
  it('gives gradients under the names of the parameters', () => {
    const params = { a: ownedVariable(tf.scalar(3)), b: ownedVariable(tf.tensor([1, 2])) };
    tf.tidy(() => {
      const { value, gradients } = valueAndGradients(
        () => tf.sum(tf.mul(tf.square(params.a), params.b)),
        params,
      );
      expectClose(value, [27], { relative: 1e-6 });
      expectClose(gradients['a'] as tf.Tensor, [18], { relative: 1e-6 });
      expectClose(gradients['b'] as tf.Tensor, [9, 9], { relative: 1e-6 });
    });
    disposeParams(params);
  });

  it('refuses a parameter that the value does not depend on', () => {
    const params = { a: ownedVariable(tf.scalar(3)), b: ownedVariable(tf.scalar(1)) };
    expect(() => valueAndGradients(() => tf.square(params.a) as tf.Scalar, params)).toThrow(
      'got none of b',
    );
    disposeParams(params);
  });

  it('takes what is computed off the tape for a constant', () => {
    const params = { a: ownedVariable(tf.scalar(3)) };
    tf.tidy(() => {
      const { value, gradients } = valueAndGradients(
        () =>
          tf.mul(
            params.a,
            withoutGradient(() => tf.square(tf.square(params.a))),
          ),
        params,
      );
      expectClose(value, [243], { relative: 1e-6 });
      expectClose(gradients['a'] as tf.Tensor, [81], { relative: 1e-6 });
    });
    disposeParams(params);
  });

  it('disposes what else is made off the tape, under a gradient and without one', () => {
    const params = { a: ownedVariable(tf.scalar(3)) };
    const before = tf.memory().numTensors;
    withoutGradient(() => tf.square(tf.add(params.a, 1))).dispose();
    expect(tf.memory().numTensors).toBe(before);
    disposeParams(params);
  });
});
