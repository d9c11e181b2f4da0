import type { Loss, Objective, StepContext } from '@halp/nn';
import type { Random } from '@halp/random';
import { expectText } from '@halp/random/check';
import type { Embeddings } from './anchored-objective.ts';
import type { KeyQueue } from './key-queue.ts';

/** One value for each stream, by the stream's name. */
export type PerStream<Name extends string, Value> = Readonly<Record<Name, Value>>;

/**
 * An objective over several streams of the same clips, each with its own networks and queue, that can
 * be taken apart into embeddings and their loss, so that another term (HaLP's positives, one for each
 * stream) can be added on the very same forward pass.
 *
 * Its `loss` is `contrast(embed(input), ...)`. `AnchoredObjective` is the same for one stream.
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
   * @param input - one batch; stays the caller's.
   */
  embed(input: Input): PerStream<Name, Embeddings>;
  /**
   * The loss of embeddings; owned by the caller.
   *
   * @param embeddings - of this step; stay the caller's.
   * @param context - where training is.
   * @param rng - a stream of this step alone.
   */
  contrast(embeddings: PerStream<Name, Embeddings>, context: StepContext, rng: Random): Loss;
}

/** The name that a variable of the first (`joint`) stream has in another one: `_<stream>` behind its first part. */
export function streamVariable(name: string, stream: string): string {
  expectText('streamVariable', 'a name', name);
  expectText('streamVariable', 'a stream', stream);
  return stream === 'joint' ? name : name.replace(/^[^.]+/, `$&_${stream}`);
}
