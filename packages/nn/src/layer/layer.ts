import type * as tf from '@tensorflow/tfjs-core';
import type { Params } from './params.ts';

/** How a layer behaves: `train` uses and updates batch statistics, `eval` uses the running ones and changes nothing. */
export type Mode = 'train' | 'eval';

/**
 * A function of tensors with variables: the one interface of everything that is trained.
 *
 * Contract: `apply` never disposes its input; its output belongs to the caller; it is differentiable with respect to
 * the input and to every one of `params`, unless a layer says otherwise; it changes `buffers` in `train` mode only and
 * leaves no other tensor behind when run inside `tf.tidy`.
 */
export interface Layer<In extends tf.Tensor, Out extends tf.Tensor> {
  /** What an optimizer changes, by PyTorch name. */
  readonly params: Params;
  /** What is kept in a checkpoint but is not trained (running statistics), by PyTorch name. */
  readonly buffers: Params;
  /**
   * The layer's output, owned by the caller.
   *
   * @param x - the input; stays the caller's.
   * @param mode - `train` or `eval`; anything else is refused by {@link expectMode} before anything is changed.
   * @throws TypeError if the mode is neither.
   */
  apply(x: In, mode: Mode): Out;
  /** Disposes `params` and `buffers`. */
  dispose(): void;
}
