import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import {
  checkGradient,
  expectClose,
  expectGradientClose,
  expectNoLeak,
  onEachBackend,
} from '../src/index.ts';

describe('expectClose', () => {
  it('accepts differences up to absolute + relative * |expected|', () => {
    expectClose([1, 100], [1.5, 104], { absolute: 0.5, relative: 0.04 });
  });

  it('names the largest difference, its index and the number of violations', () => {
    const actual = { shape: [2, 2], data: [1, 2.5, 3, 9] };
    const expected = { shape: [2, 2], data: [1, 2, 3, 4] };
    expect(() => expectClose(actual, expected, { absolute: 0.1 })).toThrow(
      'at [1, 1] expected 4, got 9: 5 apart, 0.1 allowed; 2 of 4 are too far',
    );
  });

  it('rejects another shape with as many numbers', () => {
    const data = [1, 2, 3, 4];
    expect(() => expectClose({ shape: [4, 1], data }, { shape: [2, 2], data }, {})).toThrow(
      'expected shape [2, 2], got [4, 1]',
    );
  });

  it('rejects a list that is too short', () => {
    expect(() => expectClose([1], [1, 2], {})).toThrow('expected shape [2], got [1]');
  });

  it('treats NaN as close to nothing, at any index', () => {
    expect(() => expectClose([9, NaN], [1, 1], { absolute: 1 })).toThrow(
      'at [1] expected 1, got NaN',
    );
    expect(() => expectClose([NaN, 9], [1, 1], { absolute: 1 })).toThrow(
      'at [0] expected 1, got NaN',
    );
    expect(() => expectClose([NaN], [NaN], { absolute: Infinity })).toThrow('got NaN');
  });
});

describe('expectGradientClose', () => {
  it('measures against the largest entry of the tensor', () => {
    expectGradientClose([1000, 0.5], [1000, 0], {});
    expect(() => expectGradientClose([1000, 1.5], [1000, 0], {})).toThrow('at [1]');
  });
});

onEachBackend(() => {
  it('checkGradient accepts a right gradient, of inputs and of variables', () => {
    const weight = tf.tidy(() => tf.variable(tf.tensor1d([0.5, -1, 2])));
    const x = tf.tensor1d([0.3, 0.7, -0.2]);
    checkGradient((a) => tf.sum(tf.tanh(tf.mul(a, weight))), [x, weight]);
    expectClose(weight, [0.5, -1, 2], {});
    tf.dispose([x, weight]);
  });

  it('checkGradient rejects a wrong one', () => {
    const x = tf.tensor1d([0.3, 0.7]);
    const wrong = tf.customGrad((a) => ({
      value: tf.square(a as tf.Tensor),
      gradFunc: (dy: tf.Tensor) => tf.mul(dy, a as tf.Tensor),
    }));
    expect(() => checkGradient((a) => tf.sum(wrong(a)), [x])).toThrow('gradient of input 0');
    tf.dispose(x);
  });

  it('checkGradient expects a scalar', () => {
    const x = tf.tensor1d([0.3, 0.7]);
    expect(() => checkGradient((a) => tf.square(a), [x])).toThrow(
      'checkGradient: expected f to return a scalar, got [2]',
    );
    tf.dispose(x);
  });

  it('expectNoLeak notices a tensor that is left', async () => {
    let left: tf.Tensor | undefined;
    await expect(expectNoLeak(() => void (left = tf.zeros([2])))).rejects.toThrow('1 tensors more');
    tf.dispose(left);
    await expectNoLeak(() => tf.tidy(() => tf.sum(tf.zeros([2])).dataSync()[0]));
  });
});
