import * as tf from '@tensorflow/tfjs-core';
import { disposeFailedTape, type Objective, type StepContext } from '@halp/nn';
import type { Random } from '@halp/random';
import { expectRandom } from '@halp/random/check';
import { expectObjective } from '../check.ts';

/** Gradients by parameter name. */
export type Gradients = Readonly<Record<string, tf.Tensor>>;

/**
 * The gradient of each part of an objective's loss on one batch, by the name of the part and of the parameter.
 *
 * For an objective whose parts sum to its total, these gradients sum to that of the total. Parts that depend on no
 * parameter, such as statistics of the positives, are left out, and so are the parameters that a part does not depend on.
 *
 * The loss is computed once more than it has parts, each time with the same random numbers. Each time it may
 * change the objective's state, as in training; to measure a run without changing it, use a copy of its objective.
 *
 * @param objective - `beforeStep` has been called if it has one.
 * @param rng - forked for the loss; not advanced.
 * @returns tensors, which the caller (or a surrounding tidy) owns.
 */
export function partGradients<Input>(
  objective: Objective<Input>,
  input: Input,
  context: StepContext,
  rng: Random,
): Record<string, Gradients> {
  expectObjective('partGradients', objective);
  expectRandom('partGradients', rng);
  const lossParts = (): Readonly<Record<string, tf.Scalar>> =>
    objective.loss(input, context, rng.fork('loss')).parts;
  let names: string[] = [];
  tf.tidy(() => {
    names = Object.keys(lossParts());
  });
  const found: Record<string, Gradients> = {};
  for (const name of names) {
    const gradients = gradientsOf(() => tf.clone(lossParts()[name] as tf.Scalar), objective.params);
    if (Object.keys(gradients).length > 0) found[name] = gradients;
  }
  return found;
}

/** The gradient of a scalar with respect to the variables that it depends on. */
function gradientsOf(f: () => tf.Scalar, params: Objective<unknown>['params']): Gradients {
  const names = Object.keys(params);
  try {
    // tf.variableGrads throws if the value depends on none of the variables.
    const { value, grads } = tf.engine().gradients(f, Object.values(params), undefined, true);
    value.dispose();
    const pairs = grads.map((gradient, i) => [names[i] as string, gradient] as const);
    return Object.fromEntries(pairs.filter(([, gradient]) => (gradient as unknown) != null));
  } catch (error) {
    disposeFailedTape();
    throw error;
  }
}
