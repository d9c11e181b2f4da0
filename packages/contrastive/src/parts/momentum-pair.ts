import * as tf from '@tensorflow/tfjs-core';
import {
  copyParams,
  emaUpdate,
  type Layer,
  mergeParams,
  type Params,
  type Pass,
  prefixed,
  withoutGradient,
} from '@halp/nn';
import { expectLayer } from '@halp/nn/check';
import type { Random } from '@halp/random';
import {
  expectOptions,
  expectPositiveIntegers,
  expectRandom,
  expectText,
  type OptionNames,
} from '@halp/random/check';
import { expectMomentum, expectTemperature, expectViews } from '../check.ts';
import type { Embeddings } from './anchored-objective.ts';
import { createKeyQueue, type KeyQueue } from './key-queue.ts';
import { l2Normalize } from './l2-normalize.ts';

/** A network that maps clips `[N, C, T, V, M]` to embeddings `[N, D]`. */
export type Embedder = Layer<tf.Tensor5D, tf.Tensor2D>;

/** Two augmented views of the same clips, `[N, C, T, V, M]` each. */
export interface ViewPair {
  /** The input of the query network. */
  readonly query: tf.Tensor5D;
  /** The input of the key network. */
  readonly key: tf.Tensor5D;
}

/** A trained network and its moving average. */
export interface NetworkPair {
  /** The trained network; the caller keeps it. */
  readonly query: Embedder;
  /** The moving average, a network with the same names and shapes; its values are overwritten, the caller keeps it. */
  readonly key: Embedder;
}

/** Constants of momentum contrast. */
export interface MomentumOptions {
  /** K, the number of negatives; 16384 in HaLP. */
  readonly queueSize: number;
  /** D, the length of an embedding; 128 in HaLP. */
  readonly dimension: number;
  /** T of {@link infoNCELoss}. Default: 0.07. */
  readonly temperature?: number;
  /** Momentum m of the key network's average, in [0, 1]. Default: 0.999. */
  readonly momentum?: number;
}

/** A pair of networks and its queue: the base of every objective with momentum contrast. */
export interface MomentumPair {
  /** The query network's parameters as `encoder_q.*`. */
  readonly params: Params;
  /** Its buffers, the key network as `encoder_k.*`, and the queue. */
  readonly state: Params;
  /** The keys of earlier steps. */
  readonly queue: KeyQueue;
  /** T of the options. */
  readonly temperature: number;
  /** k <- m k + (1 - m) q for the key network's parameters. */
  beforeStep(): void;
  /**
   * Unit embeddings of both views, in train mode, without a gradient for the key.
   *
   * @param rng - forked by network, `encoder_q` and `encoder_k`; itself not drawn from.
   */
  embed(views: ViewPair, rng: Random): Embeddings;
  /** Enqueues the keys of the last `embed`. */
  afterStep(): void;
  /** Frees the queue, not the networks. */
  dispose(): void;
}

const optionNames: OptionNames<NetworkPair & MomentumOptions> = {
  query: true,
  key: true,
  queueSize: true,
  dimension: true,
  temperature: true,
  momentum: true,
};

/**
 * The networks, queue and updates of momentum contrast (He et al., MoCo, section 3.2), without a loss.
 *
 * @param caller - the name of the objective in error messages.
 * @param rng - draws `queueSize * dimension` normals for the first queue.
 * @returns the pair; its `dispose` frees the queue, not the networks.
 * @throws RangeError if the networks' names or shapes differ, or a constant is outside its range.
 */
export function momentumPair(
  caller: string,
  options: NetworkPair & MomentumOptions,
  rng: Random,
): MomentumPair {
  expectText('momentumPair', 'a name', caller);
  return pairOf(caller, expectOptions(caller, options, optionNames), rng);
}

/** {@link momentumPair} of an objective, whose options have more names. */
export function pairOf(
  caller: string,
  { query, key, ...constants }: NetworkPair & MomentumOptions,
  rng: Random,
): MomentumPair {
  const { queueSize, dimension, temperature = 0.07, momentum = 0.999 } = constants;
  expectRandom(caller, rng);
  expectLayer(caller, 'a network query', query);
  expectLayer(caller, 'a network key', key);
  expectPositiveIntegers(caller, { queueSize, dimension });
  expectTemperature(caller, temperature);
  expectMomentum(caller, momentum);
  if (query === key)
    throw new RangeError(`${caller}: expected two networks, got one network twice`);
  copyParams(key.params, query.params);
  copyParams(key.buffers, query.buffers);
  const queue = createKeyQueue({ size: queueSize, dimension }, rng);
  let pending: tf.Tensor2D | undefined;
  const dropPending = (): void => {
    pending?.dispose();
    pending = undefined;
  };

  return {
    params: prefixed('encoder_q', query.params),
    state: mergeParams(
      prefixed('encoder_q', query.buffers),
      prefixed('encoder_k', key.params),
      prefixed('encoder_k', key.buffers),
      queue.state,
    ),
    queue,
    temperature,
    beforeStep() {
      emaUpdate(key.params, query.params, momentum);
    },
    embed(views, stepRng) {
      expectViews(caller, views);
      expectFits(caller, views, queueSize);
      // The keys of an aborted step.
      dropPending();
      // The two networks draw independently.
      const passOf = (network: string): Pass => ({ mode: 'train', rng: stepRng.fork(network) });
      return tf.tidy(() => {
        const queries = l2Normalize(query.apply(views.query, passOf('encoder_q')));
        const keys = withoutGradient(() => l2Normalize(key.apply(views.key, passOf('encoder_k'))));
        if (queries.shape[1] !== dimension) {
          throw new RangeError(
            `${caller}: expected embeddings of length ${dimension}, got ${queries.shape[1]}`,
          );
        }
        pending = tf.keep(tf.clone(keys));
        return { query: queries, key: keys };
      });
    },
    afterStep() {
      if (pending === undefined) {
        throw new Error(`${caller}: expected a loss before every afterStep, got none`);
      }
      queue.enqueue(pending);
      dropPending();
    },
    dispose() {
      dropPending();
      queue.dispose();
    },
  };
}

function expectFits(caller: string, { query }: ViewPair, queueSize: number): void {
  if (query.shape[0] > queueSize) {
    throw new RangeError(
      `${caller}: expected at most ${queueSize} clips, the length of the queue, ` +
        `got ${query.shape[0]}; use a longer queue or smaller batches`,
    );
  }
}
