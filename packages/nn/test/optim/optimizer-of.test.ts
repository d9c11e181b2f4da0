import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import {
  linear,
  loadParamsInto,
  type Optimizer,
  optimizerOf,
  saveParams,
  valueAndGradients,
} from '@halp/nn';
import { createRandom } from '@halp/random';
import { onBackend } from '@halp/testing';

const makers = {
  sgd: (rate = 0.1) => tf.train.sgd(rate),
  momentum: (rate = 0.1) => tf.train.momentum(rate, 0.9),
  adam: (rate = 0.1) => tf.train.adam(rate),
  adamax: (rate = 0.1) => tf.train.adamax(rate),
  adagrad: (rate = 0.1) => tf.train.adagrad(rate),
  adadelta: (rate = 0.1) => tf.train.adadelta(rate),
  rmsprop: (rate = 0.1) => tf.train.rmsprop(rate),
  'rmsprop, centred': (rate = 0.1) => tf.train.rmsprop(rate, 0.9, 0.5, 1e-7, true),
} as const;

const layerOf = (seed: number): ReturnType<typeof linear> =>
  linear({ inputs: 3, outputs: 2 }, createRandom(seed));
const batch = (step: number): tf.Tensor2D => tf.randomNormal([4, 3], 0, 1, 'float32', step + 1);
const pass = { mode: 'eval' } as const;

const numbersOf = async (params: Readonly<Record<string, tf.Variable>>): Promise<number[][]> =>
  Promise.all(Object.values(params).map(async (each) => [...(await each.data())]));

describe('optimizerOf', () => {
  it.each([undefined, {}, 'adam'])('rejects %s', (wrong) => {
    expect(() => optimizerOf({}, wrong as never)).toThrow(/^optimizerOf: expected an optimizer /);
  });
});

onBackend('wasm', () => {
  describe.each(Object.entries(makers))('%s', (_, make) => {
    const train = (
      layer: ReturnType<typeof linear>,
      optimizer: Optimizer,
      steps: number[],
    ): void => {
      for (const step of steps) {
        tf.tidy(() => {
          const { gradients } = valueAndGradients(
            () => tf.mean(tf.square(layer.apply(batch(step), pass))),
            layer.params,
          );
          optimizer.step(gradients, 0.05);
        });
      }
    };

    it('trains as TensorFlow.js does, at the rate of each step', async () => {
      const [ours, theirs] = [layerOf(1), layerOf(1)];
      const optimizer = optimizerOf(ours.params, make());
      expect(await numbersOf(ours.params)).toEqual(await numbersOf(theirs.params));
      train(ours, optimizer, [0, 1, 2]);
      const plain = make(0.05);
      for (const step of [0, 1, 2]) {
        const x = batch(step);
        plain.minimize(
          () => tf.mean(tf.square(theirs.apply(x, pass))),
          false,
          Object.values(theirs.params),
        );
        x.dispose();
      }
      expect(await numbersOf(ours.params)).toEqual(await numbersOf(theirs.params));
      // What TensorFlow.js leaves behind.
      for (const each of [optimizer, plain, ours, theirs]) each.dispose();
      const left = Object.values(plain as object).filter((each) => each instanceof tf.Tensor);
      for (const each of left) if (!each.isDisposed) each.dispose();
    });

    it('resumes exactly from its state', async () => {
      const [whole, parts] = [layerOf(1), layerOf(2)];
      const optimizer = optimizerOf(whole.params, make());
      train(whole, optimizer, [0, 1]);
      const bytes = [await saveParams(whole.params), await saveParams(optimizer.state)] as const;
      train(whole, optimizer, [2, 3]);
      const resumed = optimizerOf(parts.params, make());
      loadParamsInto(parts.params, bytes[0], 'params');
      loadParamsInto(resumed.state, bytes[1], 'state');
      train(parts, resumed, [2, 3]);
      expect(await numbersOf(parts.params)).toEqual(await numbersOf(whole.params));
      expect(Object.keys(resumed.state)).toEqual(Object.keys(optimizer.state));
      for (const each of [optimizer, resumed, whole, parts]) each.dispose();
    });

    it('leaves no tensor after dispose, and none in a step', () => {
      const layer = layerOf(1);
      const before = tf.memory().numTensors;
      const optimizer = optimizerOf(layer.params, make());
      train(layer, optimizer, [0]);
      const during = tf.memory().numTensors;
      train(layer, optimizer, [1, 2]);
      expect(tf.memory().numTensors).toBe(during);
      optimizer.dispose();
      expect(tf.memory().numTensors).toBe(before);
      layer.dispose();
    });

    it('rejects a missing gradient', () => {
      const layer = layerOf(1);
      const optimizer = optimizerOf(layer.params, make());
      expect(() => optimizer.step({}, 0.1)).toThrow(
        "optimizerOf: expected a gradient for 'weight', got none",
      );
      optimizer.dispose();
      layer.dispose();
    });
  });

  it('names the state by the fields of the optimizer and the parameters', () => {
    const layer = layerOf(1);
    const optimizer = optimizerOf(layer.params, tf.train.adam(0.1));
    expect(Object.keys(optimizer.state).sort()).toEqual([
      'accBeta1',
      'accBeta2',
      'accumulatedFirstMoment.bias',
      'accumulatedFirstMoment.weight',
      'accumulatedSecondMoment.bias',
      'accumulatedSecondMoment.weight',
    ]);
    optimizer.dispose();
    layer.dispose();
  });
});
