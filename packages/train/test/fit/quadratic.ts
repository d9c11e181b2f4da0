import * as tf from '@tensorflow/tfjs-core';
import { type Objective, type Optimizer, ownedVariable, sgd, type StepContext } from '@halp/nn';
import type { Random } from '@halp/random';
import type { TrainingBatch } from '@halp/train';

/** The loss (w - input)² / 2 of a single weight, with hooks for tests. */
export interface Quadratic {
  readonly weight: tf.Variable;
  readonly objective: Objective<tf.Scalar>;
  readonly optimizer: Optimizer;
  dispose(): void;
}

/** Hooks that a test adds to {@link quadratic}. */
export interface Hooks {
  beforeStep?(context: StepContext): void | Promise<void>;
  /** Returns the factor of the loss; called inside the loss. */
  factor?(context: StepContext, rng: Random): number;
  afterStep?(context: StepContext): void | Promise<void>;
  onOptimizer?(gradients: Readonly<Record<string, tf.Tensor>>, learningRate: number): void;
}

/** A quadratic that starts at w = `start`; SGD without momentum multiplies w - input by 1 - rate in each step. */
export function quadratic(start: number, hooks: Hooks = {}): Quadratic {
  const weight = ownedVariable(tf.scalar(start));
  const inner = sgd({ weight });
  const objective: Objective<tf.Scalar> = {
    params: { weight },
    state: {},
    beforeStep: (context) => hooks.beforeStep?.(context),
    loss(input, context, rng) {
      const half = tf.mul<tf.Scalar>(tf.square(tf.sub(weight, input)), 0.5);
      const total = tf.mul<tf.Scalar>(half, hooks.factor?.(context, rng) ?? 1);
      return { total, parts: { half } };
    },
    afterStep: (context) => hooks.afterStep?.(context),
    dispose: () => weight.dispose(),
  };
  const optimizer: Optimizer = {
    state: {},
    step(gradients, learningRate) {
      hooks.onOptimizer?.(gradients, learningRate);
      inner.step(gradients, learningRate);
    },
    dispose: () => inner.dispose(),
  };
  const dispose = (): void => {
    objective.dispose();
    optimizer.dispose();
  };
  return { weight, objective, optimizer, dispose };
}

/** `count` batches per epoch that are immediately ready, each with the number `input` and two clips. */
export function constants(
  input: number,
  count: number,
  onClose: () => void = () => undefined,
): (epoch: number, fromStep: number) => AsyncGenerator<TrainingBatch<tf.Scalar>> {
  return async function* (epoch, fromStep) {
    try {
      for (let step = fromStep; step < count; step++) {
        yield { input: tf.scalar(input), clips: 2, names: [`clip ${epoch}.${step}`] };
      }
    } finally {
      onClose();
    }
  };
}
