import * as tf from '@tensorflow/tfjs-core';
import { withNestedGradient } from '@halp/nn';

/**
 * The result of `f` for the named tensors, with a gradient that computes `f` again instead of keeping its intermediate
 * tensors (gradient checkpointing; Chen et al., "Training Deep Nets with Sublinear Memory Cost", arXiv 1604.06174).
 *
 * The stock gradients of TensorFlow.js keep the inputs of nearly every operation, including sums and reshapes.
 *
 * @param inputs - every tensor that needs a gradient, including parameters; the caller keeps them.
 * @param f - a function of the inputs only, without side effects; its result depends on each of them.
 */
export function recomputed<T extends tf.Tensor>(
  inputs: Readonly<Record<string, tf.Tensor>>,
  f: (inputs: Readonly<Record<string, tf.Tensor>>) => T,
): T {
  const names = Object.keys(inputs);
  const ofList = (...list: tf.Tensor[]): T =>
    tf.tidy(() => f(Object.fromEntries(names.map((name, i) => [name, list[i] as tf.Tensor]))));
  return tf.customGrad((...args: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const list = args.slice(0, -1) as tf.Tensor[];
    (args.at(-1) as tf.GradSaveFunc)(list);
    return {
      value: ofList(...list),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const gradients = withNestedGradient(() => tf.grads(ofList)(saved, dy));
        // TensorFlow.js would keep them until the whole backward pass is done.
        tf.dispose(saved);
        return gradients;
      },
    };
  })(...Object.values(inputs));
}
