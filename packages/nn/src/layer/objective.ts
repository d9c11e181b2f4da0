import type * as tf from '@tensorflow/tfjs-core';
import type { Random } from '@halp/random';
import type { Params } from './params.ts';

/** Where training is when a step begins. */
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

/** What a loss function gives: the scalar to descend and the named terms it is the sum of. */
export interface Loss {
  /** What is differentiated. */
  readonly total: tf.Scalar;
  /** The terms for the log, by name, as they enter `total` (weights included). */
  readonly parts: Readonly<Record<string, tf.Scalar>>;
}

/**
 * Something that can be trained: variables, a loss, and what happens around a step.
 *
 * A step runs, in this order: `beforeStep`; `loss`, under a gradient tape over `params` and inside `tf.tidy`; the
 * optimizer; `afterStep`.
 */
export interface Objective<Input> {
  /** The trainable variables, by name. */
  readonly params: Params;
  /** Every other variable that a checkpoint needs: buffers, key encoder, queue, prototypes, counters. */
  readonly state: Params;
  /** What is done before the loss is computed (warm-up, prototypes); outside any tape and tidy. */
  beforeStep?(context: StepContext): void | Promise<void>;
  /**
   * The loss of one batch, differentiable with respect to `params`; its tensors belong to the caller.
   *
   * Must be synchronous: it runs under the tape. It may change variables of `state` (running statistics, the key
   * encoder).
   *
   * @param input - one batch; stays the caller's.
   * @param context - where training is.
   * @param rng - a stream of this step alone.
   */
  loss(input: Input, context: StepContext, rng: Random): Loss;
  /** What is done after the optimizer's step (enqueue, new prototypes); outside any tape and tidy. */
  afterStep(context: StepContext): void | Promise<void>;
  /** Disposes every variable that the objective made itself. */
  dispose(): void;
}
