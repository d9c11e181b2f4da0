import * as tf from '@tensorflow/tfjs-core';
import { expectFunction, expectObject } from '@halp/random/check';
import { expectPositive, type Gradients, type Optimizer } from './optimizer.ts';

/**
 * An optimizer that scales the gradients of each step so that their global norm is at most `norm`, with PyTorch's
 * arithmetic (`clip_grad_norm_`): ∇ ← ∇ · min(1, norm / (‖∇‖ + 1e-6)), where ‖∇‖ is the norm of all gradients together.
 *
 * A gradient with NaN or infinite values leaves NaN in its parameter, as in PyTorch; `fit` of `@halp/train` then stops at
 * the next loss that it reads.
 *
 * @param optimizer - Takes the scaled gradients. Its state and its `dispose` are those of the result.
 * @param norm - The largest global norm, above 0.
 * @throws RangeError if the norm is not finite and above 0; TypeError if there is no optimizer.
 */
export function clipGradients(optimizer: Optimizer, norm: number): Optimizer {
  const given: { readonly step?: unknown } = optimizer;
  expectObject('clipGradients', given, 'an optimizer such as sgd(...)');
  expectFunction('clipGradients', 'an optimizer with a step', given.step);
  expectPositive('clipGradients', 'norm', norm);
  return {
    state: optimizer.state,
    step(gradients: Gradients, learningRate: number) {
      tf.tidy(() => {
        const entries = Object.entries(gradients);
        const squares = entries.map(([, gradient]) => tf.sum(tf.square(gradient)));
        if (squares.length === 0) return optimizer.step(gradients, learningRate);
        const total = tf.sqrt(tf.addN(squares));
        const scale = tf.minimum(tf.div(norm, tf.add(total, 1e-6)), 1);
        const scaled = entries.map(([name, gradient]) => [name, tf.mul(gradient, scale)] as const);
        optimizer.step(Object.fromEntries(scaled), learningRate);
      });
    },
    dispose: () => optimizer.dispose(),
  };
}
