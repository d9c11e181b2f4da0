import type * as tf from '@tensorflow/tfjs-core';
import type { Loss, Objective, StepContext } from '@halp/nn';
import type { Random } from '@halp/random';
import type { KeyQueue } from './key-queue.ts';

/** The unit embeddings of one batch. */
export interface Embeddings {
  /** The embeddings to train, `[N, D]`; differentiable. */
  readonly query: tf.Tensor2D;
  /** The anchors `[N, D]`, the positives of the queries in the same rows; constants. */
  readonly key: tf.Tensor2D;
}

/**
 * An objective whose embeddings and loss are separate functions, so another term (such as HaLP's positives)
 * can be added on the same forward pass.
 *
 * Its `loss` is `contrast(embed(input, rng), ...)`. `E` holds query, key and any other embeddings of the
 * objective (AimCLR's extreme view): pass the whole result of `embed` to `contrast`.
 */
export interface AnchoredObjective<
  Input,
  E extends Embeddings = Embeddings,
> extends Objective<Input> {
  /** The keys of earlier steps. */
  readonly queue: KeyQueue;
  /**
   * The embeddings of a batch; owned by the caller. The keys are enqueued by the next `afterStep`,
   * and the caller may dispose them before that.
   *
   * @param input - one batch; the caller keeps it.
   * @param rng - a stream for this step only; forked by network.
   */
  embed(input: Input, rng: Random): E;
  /**
   * The loss of embeddings; owned by the caller.
   *
   * @param embeddings - the embeddings of this step; the caller keeps them.
   * @param context - the position of training.
   * @param rng - a stream for this step only.
   */
  contrast(embeddings: E, context: StepContext, rng: Random): Loss;
}
