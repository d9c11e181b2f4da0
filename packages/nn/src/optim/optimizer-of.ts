import * as tf from '@tensorflow/tfjs-core';
import { expectFunction, expectObject } from '@halp/random/check';
import { expectParams } from '../check.ts';
import type { Params } from '../layer/params.ts';
import { expectStep, type Optimizer } from './optimizer.ts';

/**
 * An optimizer of TensorFlow.js (`tf.train.adam`, `adagrad`, `adadelta`, `adamax`, `rmsprop`, `momentum`, `sgd`) for these
 * parameters, with a state that checkpoints save.
 *
 * The learning rate is that of each step; the one that the optimizer was created with is not used. The optimizer's
 * accumulators are created here, so that a checkpoint can be loaded before the first step. Names of the state are those of
 * its fields: `accBeta1`, `accumulatedFirstMoment.fc.weight`.
 *
 * Use `sgd`, `adam` and `adamW` of this package for PyTorch's arithmetic; those of TensorFlow.js round differently, and
 * `tf.train.adam` has another default ε.
 *
 * @param params - The parameters, which every step updates.
 * @param optimizer - A new optimizer. It belongs to the result, whose `dispose` disposes it.
 * @throws TypeError if it is no optimizer of TensorFlow.js.
 *
 * @example
 * ```ts
 * const optimizer = optimizerOf(layer.params, tf.train.rmsprop(0.01));
 * optimizer.step(gradients, 0.01);
 * ```
 */
export function optimizerOf(params: Params, optimizer: tf.Optimizer): Optimizer {
  expectParams('optimizerOf', params);
  const given: { readonly applyGradients?: unknown } = optimizer;
  expectObject('optimizerOf', given, 'an optimizer such as tf.train.adam(0.001)');
  expectFunction('optimizerOf', 'an optimizer with applyGradients', given.applyGradients);
  const entries = Object.entries(params);
  const apply = (gradientOf: (name: string) => tf.Tensor, learningRate: number): void => {
    const settings = optimizer as unknown as LearningRate;
    if (settings.setLearningRate === undefined) settings.learningRate = learningRate;
    else settings.setLearningRate(learningRate);
    optimizer.applyGradients(
      Object.fromEntries(entries.map(([name, param]) => [param.name, gradientOf(name)])),
    );
  };
  createAccumulators(params, optimizer, apply);
  const state = stateOf(params, optimizer);
  return {
    state,
    step(gradients, learningRate) {
      expectStep('optimizerOf', params, gradients, learningRate);
      tf.tidy(() => apply((name) => gradients[name] as tf.Tensor, learningRate));
    },
    dispose() {
      optimizer.dispose();
      // The momentum of tf.train.momentum is a tensor that it does not dispose.
      for (const value of Object.values(optimizer as object)) {
        if (value instanceof tf.Tensor && !value.isDisposed) value.dispose();
      }
    },
  };
}

/** How an optimizer of TensorFlow.js gets its learning rate: a method of SGD and Momentum, a protected field of others. */
interface LearningRate {
  learningRate: number;
  setLearningRate?(rate: number): void;
}

/**
 * A step with zero gradients at the rate 0, after which parameters and counters of steps have their values again. The
 * centred `tf.train.rmsprop` makes NaN of zero gradients; those become zeros.
 */
function createAccumulators(
  params: Params,
  optimizer: tf.Optimizer,
  apply: (gradientOf: (name: string) => tf.Tensor, learningRate: number) => void,
): void {
  const counters = Object.values(optimizer as object).filter(
    (value): value is tf.Variable => value instanceof tf.Variable,
  );
  const kept = [...counters, ...Object.values(params)];
  tf.tidy(() => {
    const before = kept.map((variable) => tf.clone(variable as tf.Tensor));
    apply((name) => tf.zerosLike(params[name] as tf.Variable), 0);
    kept.forEach((variable, i) => variable.assign(before[i] as tf.Tensor));
    for (const variable of Object.values(stateOf(params, optimizer))) {
      if (!counters.includes(variable)) {
        variable.assign(tf.where(tf.isNaN(variable), tf.zerosLike(variable), variable));
      }
    }
  });
}

/** The variables in the fields of an optimizer: single ones, and lists with one for each parameter. */
function stateOf(params: Params, optimizer: tf.Optimizer): Params {
  const names = Object.keys(params);
  const state: Record<string, tf.Variable> = {};
  for (const [field, value] of Object.entries(optimizer) as [string, unknown][]) {
    if (value instanceof tf.Variable) state[field] = value as tf.Variable;
    if (!Array.isArray(value)) continue;
    (value as { readonly variable?: unknown }[]).forEach(({ variable }, i) => {
      if (variable instanceof tf.Variable) state[`${field}.${names[i]}`] = variable as tf.Variable;
    });
  }
  return state;
}
