import * as tf from '@tensorflow/tfjs-core';
import { expectFunction } from '@halp/random/check';
import { expectParams } from '../check.ts';

/**
 * What `f` returns, computed off the gradient tape: no operation in it is recorded, no activation is kept, and the
 * result is a constant to every gradient around it.
 *
 * The counterpart of PyTorch's `torch.no_grad`, for example around a key encoder inside a loss. Operations in it also
 * cost less, because recording is the slower part of a small one.
 *
 * @param f - returns one tensor, which becomes the caller's; every other tensor made in it is disposed.
 *
 * @example
 * ```ts
 * const key = withoutGradient(() => keyEncoder.apply(view, 'train'));
 * ```
 */
export function withoutGradient<T extends tf.Tensor>(f: () => T): T {
  expectFunction('withoutGradient', 'a function that returns a tensor', f);
  // Inside a custom gradient's forward pass tfjs records nothing; without inputs it can have no gradient either.
  return tf.customGrad(() => ({ value: f(), gradFunc: () => [] }))();
}

/** The loss that a function returned and its gradients by parameter name. */
export interface ValueAndGradients {
  /** The scalar that was differentiated. */
  readonly value: tf.Scalar;
  /** d value / d parameter, one tensor of the parameter's shape for each name. */
  readonly gradients: Readonly<Record<string, tf.Tensor>>;
}

/**
 * The value of a scalar function and its gradient with respect to every one of the given variables.
 *
 * @param f - the function; what else it makes is disposed, unless kept with `tf.keep`.
 * @param params - the variables, by the names under which the gradients are returned.
 * @throws RangeError if the value does not depend on one of the variables.
 */
export function valueAndGradients(
  f: () => tf.Scalar,
  params: Readonly<Record<string, tf.Variable>>,
): ValueAndGradients {
  expectFunction('valueAndGradients', 'a function that returns a scalar', f);
  expectParams('valueAndGradients', params);
  const { value, grads } = tf.variableGrads(f, Object.values(params));
  const gradients: Record<string, tf.Tensor> = {};
  const unreached: string[] = [];
  for (const [name, variable] of Object.entries(params)) {
    const gradient = grads[variable.name];
    if (gradient === undefined) unreached.push(name);
    else gradients[name] = gradient;
  }
  if (unreached.length > 0) {
    tf.dispose([value, ...Object.values(grads)]);
    throw new RangeError(
      `valueAndGradients: expected a value that depends on every parameter, got none of ${unreached.join(', ')}`,
    );
  }
  return { value, gradients };
}

// What follows reads and writes `tf.engine().state`, which TensorFlow.js does not document. No other file of this
// repository does.

/** Whether operations that run now are recorded for a gradient. */
export function isRecording(): boolean {
  const { gradientDepth, kernelDepth } = tf.engine().state;
  return gradientDepth > 0 && kernelDepth === 0;
}

/**
 * What `f` returns, where `f` computes a gradient inside the gradient function of a `tf.customGrad`.
 *
 * TensorFlow.js has one tape. An inner gradient replaces it and drops it at its end; this function gives the outer
 * gradient its tape back, also when `f` throws.
 *
 * @param f - calls `tf.grad`, `tf.grads` or `tf.variableGrads`.
 */
export function withNestedGradient<T>(f: () => T): T {
  expectFunction('withNestedGradient', 'a function that computes a gradient', f);
  const { state } = tf.engine();
  const { activeTape } = state;
  try {
    return f();
  } finally {
    state.activeTape = activeTape;
  }
}

/**
 * Disposes the activations on the tape of a gradient that ended with an error; does nothing inside another gradient.
 *
 * TensorFlow.js disposes them only after a complete backward pass, so they would never be freed.
 */
export function disposeFailedTape(): void {
  const { state } = tf.engine();
  if (state.gradientDepth > 0) return;
  for (const { saved } of state.activeTape ?? []) tf.dispose(saved);
  state.activeTape = [];
}
