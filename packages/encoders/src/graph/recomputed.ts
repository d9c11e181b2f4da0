import * as tf from '@tensorflow/tfjs-core';
import { withNestedGradient } from '@halp/nn';

/**
 * What `f` makes of the named tensors, with a gradient that computes `f` once more instead of keeping what lies between
 * them and the result (Chen et al., "Training Deep Nets with Sublinear Memory Cost", arXiv 1604.06174).
 *
 * The stock gradients of TensorFlow.js keep the inputs of nearly every operation, those of sums and reshapes too.
 *
 * @param inputs - everything that gradients are wanted for, parameters included; stay the caller's.
 * @param f - of the inputs alone, without side effects; the result must depend on each of them.
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
        // They would otherwise live until the whole gradient is done.
        tf.dispose(saved);
        return gradients;
      },
    };
  })(...Object.values(inputs));
}
