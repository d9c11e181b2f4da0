import {
  copyParams,
  emaUpdate,
  mergeParams,
  prefixed,
  withoutGradient,
  type Layer,
} from '@halp/nn';
import type { Random } from '@halp/random';
import * as tf from '@tensorflow/tfjs-core';

import type { AnchoredObjective } from './anchored-objective.ts';
import { infoNCE } from './info-nce.ts';
import { createKeyQueue } from './key-queue.ts';
import { l2Normalize } from './l2-normalize.ts';

/** A network that maps clips `[N, C, T, V, M]` to embeddings `[N, D]`. */
export type Embedder = Layer<tf.Tensor5D, tf.Tensor2D>;

/** Two augmented views of the same clips, `[N, C, T, V, M]` each. */
export interface ViewPair {
  /** The view that the trained network sees. */
  readonly query: tf.Tensor5D;
  /** The view that the key network sees. */
  readonly key: tf.Tensor5D;
}

/** Networks and constants of {@link moco}. */
export interface MocoOptions {
  /** The network that is trained; stays the caller's. */
  readonly query: Embedder;
  /** The network that follows it, with the same names and shapes; stays the caller's, overwritten here. */
  readonly key: Embedder;
  /** K, the number of negatives; 16384 in HaLP. */
  readonly queueSize: number;
  /** D, the length of an embedding; 128 in HaLP. */
  readonly dimension: number;
  /** T of {@link infoNCE}; 0.07 unless given. */
  readonly temperature?: number;
  /** m of the key network's average, in [0, 1]; 0.999 unless given. */
  readonly momentum?: number;
}

/**
 * MoCo: InfoNCE between two views of a clip, with the keys of earlier steps as negatives.
 *
 * Source: He et al., MoCo (arXiv 1911.05722), without shuffled BatchNorm, as HaLP's single-stream
 * pretraining uses it (builder_single_modality_halp.py:111-224).
 * - `beforeStep`: k <- m k + (1 - m) q for the key network's parameters. Its BatchNorm buffers are
 *   not averaged: they follow their own batches.
 * - `loss`: both networks in train mode, the key network without gradient; rows normalised;
 *   {@link infoNCE} against the queue as it was before this step. Part: `infonce`.
 * - `afterStep`: the keys of that loss enter the queue.
 *
 * Names, as in the authors' `state_dict`: `encoder_q.*`, `encoder_k.*`, `queue`, `queue_ptr`. The key
 * network starts as a copy of the query network.
 *
 * @param rng - draws `queueSize * dimension` normals for the first queue.
 * @returns The objective; its `dispose` frees the queue, not the networks.
 * @throws RangeError if the networks' names or shapes differ, or a constant lies outside its range.
 * @throws Error at `afterStep` if no loss was computed since the last one.
 */
export function moco(
  { query, key, queueSize, dimension, temperature = 0.07, momentum = 0.999 }: MocoOptions,
  rng: Random,
): AnchoredObjective<ViewPair> {
  checkConstants(temperature, momentum);
  if (query === key) throw new RangeError('moco: expected two networks, got one network twice');
  copyParams(key.params, query.params);
  copyParams(key.buffers, query.buffers);
  const queue = createKeyQueue({ size: queueSize, dimension }, rng);
  let pending: tf.Tensor2D | undefined;
  const dropPending = (): void => {
    pending?.dispose();
    pending = undefined;
  };

  const objective: AnchoredObjective<ViewPair> = {
    params: prefixed('encoder_q', query.params),
    state: mergeParams(
      prefixed('encoder_q', query.buffers),
      prefixed('encoder_k', key.params),
      prefixed('encoder_k', key.buffers),
      queue.state,
    ),
    queue,
    beforeStep() {
      emaUpdate(key.params, query.params, momentum);
    },
    embed(views) {
      checkViews(views, queueSize);
      // What an aborted step has left.
      dropPending();
      return tf.tidy(() => {
        const queries = l2Normalize(query.apply(views.query, 'train'));
        const keys = withoutGradient(() => l2Normalize(key.apply(views.key, 'train')));
        if (queries.shape[1] !== dimension) {
          throw new RangeError(
            `moco: expected embeddings of length ${dimension}, got ${queries.shape[1]}`,
          );
        }
        pending = tf.keep(tf.clone(keys));
        return { query: queries, key: keys };
      });
    },
    contrast(embeddings) {
      return tf.tidy(() => {
        const total = infoNCE(embeddings.query, embeddings.key, queue.keys, { temperature });
        return { total, parts: { infonce: tf.clone(total) } };
      });
    },
    loss(views, context, stepRng) {
      return tf.tidy(() => ({ ...objective.contrast(objective.embed(views), context, stepRng) }));
    },
    afterStep() {
      if (pending === undefined) {
        throw new Error('moco: expected a loss before every afterStep, got none');
      }
      queue.enqueue(pending);
      dropPending();
    },
    dispose() {
      dropPending();
      queue.dispose();
    },
  };
  return objective;
}

function checkConstants(temperature: number, momentum: number): void {
  if (!(temperature > 0 && temperature < Infinity)) {
    throw new RangeError(`moco: expected a positive temperature, got ${temperature}`);
  }
  if (!(momentum >= 0 && momentum <= 1)) {
    throw new RangeError(`moco: expected a momentum in [0, 1], got ${momentum}`);
  }
}

function checkViews({ query, key }: ViewPair, queueSize: number): void {
  if (query.rank !== 5 || !tf.util.arraysEqual(query.shape, key.shape)) {
    throw new RangeError(
      `moco: expected two views of one shape [N, C, T, V, M], ` +
        `got [${query.shape.join(', ')}] and [${key.shape.join(', ')}]`,
    );
  }
  if (query.shape[0] > queueSize) {
    throw new RangeError(
      `moco: expected at most ${queueSize} clips, the length of the queue, ` +
        `got ${query.shape[0]}; use a longer queue or smaller batches`,
    );
  }
}
