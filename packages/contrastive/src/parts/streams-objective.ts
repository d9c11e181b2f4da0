import type { Loss, Objective, StepContext } from '@halp/nn';
import type { Random } from '@halp/random';
import type { Embeddings } from './anchored-objective.ts';
import type { KeyQueue } from './key-queue.ts';

/** One value for each stream, by the stream's name. */
export type PerStream<Name extends string, Value> = Readonly<Record<Name, Value>>;

/**
 * An objective over several streams of the same clips, each with its own networks and queue. Its embeddings and
 * loss are separate functions, so another term (HaLP's positives in each stream) can be added on the same
 * forward pass.
 *
 * Its `loss` is `contrast(embed(input, rng), ...)`. `AnchoredObjective` is the interface for one stream.
 */
export interface StreamsObjective<Input, Name extends string = string> extends Objective<Input> {
  /** The streams' names, in the order of the objective's sums. */
  readonly streams: readonly Name[];
  /** Each stream's keys of earlier steps. */
  readonly queues: PerStream<Name, KeyQueue>;
  /**
   * Each stream's embeddings of a batch; owned by the caller. The keys are enqueued by the next
   * `afterStep`, and the caller may dispose them before that.
   *
   * @param input - one batch; the caller keeps it.
   * @param rng - a stream for this step only; forked by stream, then by network.
   */
  embed(input: Input, rng: Random): PerStream<Name, Embeddings>;
  /**
   * The loss of embeddings; owned by the caller.
   *
   * @param embeddings - the embeddings of this step; the caller keeps them.
   * @param context - the position of training.
   * @param rng - a stream for this step only.
   */
  contrast(embeddings: PerStream<Name, Embeddings>, context: StepContext, rng: Random): Loss;
}
