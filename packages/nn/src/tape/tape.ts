import * as tf from '@tensorflow/tfjs-core';
import { expectFunction } from '@halp/random/check';
import { expectParams } from '../check.ts';

/**
 * The result of `f`, computed off the gradient tape: none of its operations is recorded, no activation is kept, and the
 * result is a constant for every surrounding gradient.
 *
 * The counterpart of PyTorch's `torch.no_grad`, for example around a key encoder inside a loss. Its operations also
 * cost less, because recording takes longer than a small operation.
 *
 * @param f - returns one tensor, which the caller owns; every other tensor created in it is disposed.
 *
 * @example
 * ```ts
 * const key = withoutGradient(() => keyEncoder.apply(view, { mode: 'train', rng }));
 * ```
 */
export function withoutGradient<T extends tf.Tensor>(f: () => T): T {
  expectFunction('withoutGradient', 'a function that returns a tensor', f);
  // TensorFlow.js records nothing inside the forward pass of a custom gradient; without inputs there is no gradient.
  return tf.customGrad(() => ({ value: f(), gradFunc: () => [] }))();
}

/** The value of a function and its gradients by parameter name. */
export interface ValueAndGradients {
  /** The scalar that was differentiated. */
  readonly value: tf.Scalar;
  /** d value / d parameter, one tensor of the parameter's shape for each name. */
  readonly gradients: Readonly<Record<string, tf.Tensor>>;
}

/**
 * The value of a scalar function and its gradient with respect to each variable.
 *
 * @param f - the function; its other tensors are disposed, unless kept with `tf.keep`.
 * @param params - the variables; the gradients have the same names.
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

// The functions below read and write `tf.engine().state`, which TensorFlow.js does not document. No other file of this
// repository does so.

/** Whether operations that run now are recorded for a gradient. */
export function isRecording(): boolean {
  const { gradientDepth, kernelDepth } = tf.engine().state;
  return gradientDepth > 0 && kernelDepth === 0;
}

/**
 * The result of `f`, which computes a gradient inside the gradient function of a `tf.customGrad`.
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
