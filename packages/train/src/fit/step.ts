import * as tf from '@tensorflow/tfjs-core';
import {
  disposeFailedTape,
  type Objective,
  type Optimizer,
  type StepContext,
  valueAndGradients,
} from '@halp/nn';
import type { Random } from '@halp/random';
import { expectNumber, expectRandom } from '@halp/random/check';
import { expectObjective, expectOptimizer } from '../check.ts';

/**
 * The losses of one batch, `total` and its parts, after the optimizer has updated the parameters.
 *
 * The synchronous middle of a training step, between `beforeStep` and `afterStep`. The caller owns the
 * losses; no other tensor is left, even if the loss throws.
 *
 * @param rng - the stream of this step, for the objective.
 * @throws RangeError if the loss does not depend on every parameter, or the optimizer refuses the gradients.
 */
export function gradientStep<Input>(
  objective: Objective<Input>,
  input: Input,
  optimizer: Optimizer,
  learningRate: number,
  context: StepContext,
  rng: Random,
): Record<string, tf.Scalar> {
  expectObjective('gradientStep', objective);
  expectOptimizer('gradientStep', optimizer);
  expectNumber('gradientStep', 'learningRate', learningRate);
  expectRandom('gradientStep', rng);
  return tf.tidy(() => {
    const { losses, gradients } = lossAndGradients(objective, input, context, rng);
    optimizer.step(gradients, learningRate);
    return losses;
  });
}

/** The losses of a batch and the gradient of their total. */
export interface LossAndGradients {
  /** `total` and its parts, by name. */
  readonly losses: Record<string, tf.Scalar>;
  /** d total / d parameter by parameter name. */
  readonly gradients: Readonly<Record<string, tf.Tensor>>;
}

/**
 * The losses of a batch and the gradient of `total` with respect to every parameter of the objective.
 *
 * Activations are disposed before it returns; the caller (or a surrounding tidy) owns losses and gradients.
 *
 * @param rng - the stream of this step, for the objective.
 * @throws RangeError if `total` does not depend on every parameter, or a part is named `total`.
 */
export function lossAndGradients<Input>(
  objective: Objective<Input>,
  input: Input,
  context: StepContext,
  rng: Random,
): LossAndGradients {
  expectObjective('lossAndGradients', objective);
  expectRandom('lossAndGradients', rng);
  const kept: Record<string, tf.Scalar> = {};
  try {
    // The tidy disposes the tensors of a failed backward pass.
    return tf.tidy(() => {
      const { value, gradients } = valueAndGradients(() => {
        const { total, parts } = objective.loss(input, context, rng);
        for (const [name, part] of Object.entries(parts)) kept[name] = tf.keep(tf.clone(part));
        return total;
      }, objective.params);
      if (Object.hasOwn(kept, 'total')) {
        throw new RangeError(
          "lossAndGradients: expected parts with other names than total, got 'total'",
        );
      }
      // Kept tensors outlive every tidy; the caller gets copies.
      const parts = Object.entries(kept).map(([name, part]) => [name, tf.clone(part)] as const);
      return { losses: { total: value, ...Object.fromEntries(parts) }, gradients };
    });
  } catch (error) {
    disposeFailedTape();
    throw error;
  } finally {
    tf.dispose(kept);
  }
}
