import * as tf from '@tensorflow/tfjs-core';
import { createRandom, type Random } from '@halp/random';
import type { Objective, StepContext } from '../layer/objective.ts';
import { mergeParams } from '../layer/params.ts';
import { sgd } from '../optim/sgd.ts';
import { disposeFailedTape, valueAndGradients } from '../tape/tape.ts';
import { numbersOf } from './numbers.ts';

/** An objective with everything that was made for it. */
export interface ObjectiveOfSubject<Input> {
  /** The objective. */
  readonly objective: Objective<Input>;
  /** Disposes the objective and its networks. */
  dispose(): void;
}

/** An objective to test. */
export interface ObjectiveSubject<Input> {
  /** The name of its tests. */
  readonly name: string;
  /** Makes the objective on new networks, with equal variables for equal random streams. */
  readonly make: (rng: Random) => ObjectiveOfSubject<Input>;
  /** The batch of a seed; the suite disposes its tensors. */
  readonly batch: (seed: number) => Input;
  /** The position of a step, such as one at which a term is active. Default: step i of epoch 0, 64 clips a step. */
  readonly contextOf?: ((step: number) => StepContext) | undefined;
  /**
   * Names of parameters that have no effect in theory, such as a bias before a batch normalisation; the suite requires that
   * they have no gradient. Default: none.
   */
  readonly withoutEffect?: readonly string[] | undefined;
  /**
   * Whether the loss stops the gradient of something that it computes from `params`, such as the target of SimSiam. Its
   * gradients then differ from central differences by intention and are not compared. Default: false.
   */
  readonly stopsGradients?: boolean | undefined;
}

const RATE = 0.05;

/** What a requirement works with. */
export interface Trial {
  readonly objective: Objective<unknown>;
  /** Every variable of the objective. */
  readonly variables: Objective<unknown>['params'];
  readonly batch: (seed: number) => unknown;
  readonly contextOf: (step: number) => StepContext;
  readonly withoutEffect: readonly string[];
  readonly stopsGradients: boolean;
}

export type Subject = ObjectiveSubject<never>;

export async function withTrial<T>(
  subject: Subject,
  work: (trial: Trial) => Promise<T>,
  seed = 1,
): Promise<T> {
  const made = subject.make(createRandom(seed));
  const { objective } = made;
  const {
    contextOf = (step: number) => ({ epoch: 0, iteration: step, step, samples: 64 * step }),
    withoutEffect = [],
    stopsGradients = false,
  } = subject;
  try {
    return await work({
      objective,
      variables: mergeParams(objective.params, objective.state),
      ...{ batch: subject.batch, contextOf, withoutEffect, stopsGradients },
    });
  } finally {
    made.dispose();
  }
}

export const disposeBatch = (batch: unknown): void => tf.dispose(batch as tf.TensorContainer);

/** The loss of a batch, on the gradient tape if there is one. */
export function lossOf(
  { objective, contextOf }: Trial,
  batch: unknown,
  step: number,
  seed = 0,
): tf.Scalar {
  return objective.loss(batch, contextOf(step), createRandom(seed).fork('step', step)).total;
}

/** The loss of a batch and its gradients by the names of TensorFlow.js; null where the loss does not depend on it. */
export function gradientsOf(trial: Trial, batch: unknown): ReturnType<typeof tf.variableGrads> {
  try {
    const variables = Object.values(trial.objective.params);
    return tf.variableGrads(() => lossOf(trial, batch, 0), variables);
  } catch (error) {
    disposeFailedTape();
    throw error;
  }
}

/** One training step with plain SGD; returns the loss. */
export async function trainStep(trial: Trial, step: number): Promise<number> {
  const { objective, contextOf, batch } = trial;
  const input = batch(step);
  const optimizer = sgd(objective.params);
  try {
    await objective.beforeStep?.(contextOf(step));
    const total = tf.tidy(() => {
      const { value, gradients } = valueAndGradients(
        () => lossOf(trial, input, step),
        objective.params,
      );
      optimizer.step(gradients, RATE);
      return value;
    });
    await objective.afterStep(contextOf(step));
    return (await numbersOf(total))[0] as number;
  } catch (error) {
    disposeFailedTape();
    throw error;
  } finally {
    optimizer.dispose();
    disposeBatch(input);
  }
}
