import type * as tf from '@tensorflow/tfjs-core';
import type { Params } from './params.ts';
import type { Pass } from './pass.ts';

/**
 * A function of tensors with variables: the interface of everything that is trained.
 *
 * Contract: `apply` never disposes its input; the caller owns its output; it is differentiable with respect to the input
 * and every one of `params`, unless a layer documents otherwise; it changes `buffers` only in `train` mode and leaves no
 * other tensor behind inside `tf.tidy`.
 */
export interface Layer<In extends tf.Tensor, Out extends tf.Tensor> {
  /** The variables that an optimizer changes, by PyTorch name. */
  readonly params: Params;
  /** The variables that a checkpoint holds but no optimizer changes (running statistics), by PyTorch name. */
  readonly buffers: Params;
  /**
   * The layer's output, owned by the caller.
   *
   * @param x - the input; the caller keeps it.
   * @param pass - `{ mode: 'eval' }` or `{ mode: 'train', rng }`. {@link expectPass} rejects anything else before a
   * variable changes. Everything random is drawn from `rng`: the same stream gives the same output. A layer with
   * children passes each the {@link childPass} of its parameter prefix.
   * @throws TypeError for any other pass.
   */
  apply(x: In, pass: Pass): Out;
  /** Disposes `params` and `buffers`. */
  dispose(): void;
}
