import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import {
  disposeFailedTape,
  disposeParams,
  ownedVariable,
  valueAndGradients,
  withNestedGradient,
  withoutGradient,
} from '@halp/nn';
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

  it('rejects a parameter that the value does not depend on', () => {
    const params = { a: ownedVariable(tf.scalar(3)), b: ownedVariable(tf.scalar(1)) };
    expect(() => valueAndGradients(() => tf.square(params.a) as tf.Scalar, params)).toThrow(
      'got none of b',
    );
    disposeParams(params);
  });

  it('treats a result computed off the tape as a constant', () => {
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

  it('disposes the other tensors created off the tape, with and without a gradient', () => {
    const params = { a: ownedVariable(tf.scalar(3)) };
    const before = tf.memory().numTensors;
    withoutGradient(() => tf.square(tf.add(params.a, 1))).dispose();
    expect(tf.memory().numTensors).toBe(before);
    disposeParams(params);
  });

  it('continues a backward pass after a nested gradient', () => {
    const params = { a: ownedVariable(tf.scalar(3)) };
    const cube = tf.customGrad((x, save) => {
      (save as tf.GradSaveFunc)([x as tf.Tensor]);
      return {
        value: tf.pow(x as tf.Tensor, 3),
        gradFunc: (dy: tf.Tensor, [x]: tf.Tensor[]) =>
          withNestedGradient(() => tf.grad((x) => tf.pow(x, 3))(x as tf.Tensor, dy)),
      };
    });
    tf.tidy(() => {
      const { gradients } = valueAndGradients(
        () => tf.square(cube(tf.square(params.a))) as tf.Scalar,
        params,
      );
      // d a^12 / d a = 12·a^11.
      expectClose(gradients['a'] as tf.Tensor, [12 * 3 ** 11], { relative: 1e-5 });
    });
    disposeParams(params);
  });

  it('disposes the activations of a forward pass that threw', () => {
    const a = ownedVariable(tf.scalar(3));
    const before = tf.memory().numTensors;
    expect(() =>
      tf.variableGrads(() => {
        tf.square(tf.exp(a));
        throw new Error('loss');
      }),
    ).toThrow('loss');
    expect(tf.memory().numTensors).toBeGreaterThan(before);
    disposeFailedTape();
    expect(tf.memory().numTensors).toBe(before);
    a.dispose();
  });
});
