import type * as tf from '@tensorflow/tfjs-core';
import type { Loss, Objective, StepContext } from '@halp/nn';
import type { Random } from '@halp/random';
import type { KeyQueue } from './key-queue.ts';

/** The unit embeddings of one batch. */
export interface Embeddings {
  /** What is trained, `[N, D]`; differentiable. */
  readonly query: tf.Tensor2D;
  /** The anchors `[N, D]`, each the positive of the query in its row; a constant. */
  readonly key: tf.Tensor2D;
}

/**
 * An objective that can be taken apart into embeddings and their loss, so that another term (HaLP's
 * positives, say) can be added on the very same forward pass.
 *
 * Its `loss` is `contrast(embed(input), ...)`. What an objective embeds beside query and key (AimCLR's
 * extreme view) comes with them as `E`: hand on to `contrast` what `embed` gave, whole.
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
   * @param input - one batch; stays the caller's.
   */
  embed(input: Input): E;
  /**
   * The loss of embeddings; owned by the caller.
   *
   * @param embeddings - of this step; stay the caller's.
   * @param context - where training is.
   * @param rng - a stream of this step alone.
   */
  contrast(embeddings: E, context: StepContext, rng: Random): Loss;
}
