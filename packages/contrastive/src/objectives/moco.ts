import * as tf from '@tensorflow/tfjs-core';
import type { Random } from '@halp/random';
import { expectOptions, expectRandom, type OptionNames } from '@halp/random/check';
import { infoNCELoss } from '../losses/info-nce.ts';
import type { AnchoredObjective } from '../parts/anchored-objective.ts';
import {
  type MomentumOptions,
  type NetworkPair,
  pairOf,
  type ViewPair,
} from '../parts/momentum-pair.ts';

/** Networks and constants of {@link moco}. */
export interface MocoOptions extends NetworkPair, MomentumOptions {}

const optionNames: OptionNames<MocoOptions> = {
  query: true,
  key: true,
  queueSize: true,
  dimension: true,
  temperature: true,
  momentum: true,
};

/**
 * The MoCo objective: InfoNCE between two views of a clip, with the keys of earlier steps as negatives.
 *
 * Source: He et al., MoCo (arXiv 1911.05722), without shuffled BatchNorm, as in HaLP's single-stream
 * pretraining (builder_single_modality_halp.py:111-224).
 * - `beforeStep`: k <- m k + (1 - m) q for the key network's parameters. Its BatchNorm buffers are
 *   not averaged but computed from its own batches.
 * - `loss`: both networks run in train mode, the key network without a gradient; embeddings are
 *   normalised; {@link infoNCELoss} with the queue before this step. Part: `infonce`.
 * - `afterStep`: the keys of that loss are enqueued.
 *
 * Names, as in the authors' `state_dict`: `encoder_q.*`, `encoder_k.*`, `queue`, `queue_ptr`. The key
 * network is initialised as a copy of the query network.
 *
 * @param rng - draws `queueSize * dimension` normals for the first queue.
 * @returns the objective; its `dispose` frees the queue, not the networks.
 * @throws RangeError if the networks' names or shapes differ, or a constant is outside its range.
 * @throws Error at `afterStep` if no loss was computed since the last one.
 */
export function moco(options: MocoOptions, rng: Random): AnchoredObjective<ViewPair> {
  expectOptions('moco', options, optionNames);
  expectRandom('moco', rng);
  const { temperature, ...pair } = pairOf('moco', options, rng);
  const objective: AnchoredObjective<ViewPair> = {
    ...pair,
    contrast({ query, key }) {
      return tf.tidy(() => {
        const total = infoNCELoss(query, key, pair.queue.keys, { temperature });
        return { total, parts: { infonce: tf.clone(total) } };
      });
    },
    loss(views, context, stepRng) {
      return tf.tidy(() => ({
        ...objective.contrast(objective.embed(views, stepRng), context, stepRng),
      }));
    },
  };
  return objective;
}
