import type * as tf from '@tensorflow/tfjs-core';
import type { Random } from '@halp/random';
import type { Params } from './params.ts';

/** The position of training at the start of a step. */
export interface StepContext {
  /** Epoch, from 0. */
  readonly epoch: number;
  /** Step within the epoch, from 0. */
  readonly iteration: number;
  /** Steps completed before this one since the run began, over all epochs. */
  readonly step: number;
  /** Clips seen before this step since the run began, over all epochs. */
  readonly samples: number;
}

/** The result of a loss function: the scalar to minimise and its named terms. */
export interface Loss {
  /** The scalar that is differentiated. */
  readonly total: tf.Scalar;
  /** The terms for the log, by name, as they are summed into `total` (weights included). */
  readonly parts: Readonly<Record<string, tf.Scalar>>;
}

/**
 * A training objective: variables, a loss, and the updates before and after a step.
 *
 * A step runs, in this order: `beforeStep`; `loss`, under a gradient tape over `params` and inside `tf.tidy`; the
 * optimizer; `afterStep`.
 */
export interface Objective<Input> {
  /** The trainable variables, by name. */
  readonly params: Params;
  /** Every other variable that a checkpoint holds: buffers, key encoder, queue, prototypes, counters. */
  readonly state: Params;
  /** Runs before the loss is computed (warm-up, prototypes), outside any tape and tidy. */
  beforeStep?(context: StepContext): void | Promise<void>;
  /**
   * The loss of one batch, differentiable with respect to `params`; the caller owns its tensors.
   *
   * Synchronous, because it runs under the tape. It may change variables of `state` (running statistics, the key
   * encoder).
   *
   * @param input - one batch; the caller keeps it.
   * @param context - the position of training.
   * @param rng - a stream for this step only.
   */
  loss(input: Input, context: StepContext, rng: Random): Loss;
  /** Runs after the optimizer's step (enqueue, new prototypes), outside any tape and tidy. */
  afterStep(context: StepContext): void | Promise<void>;
  /** Disposes every variable that the objective created. */
  dispose(): void;
}
