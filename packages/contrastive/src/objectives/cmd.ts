import * as tf from '@tensorflow/tfjs-core';
import type { Random } from '@halp/random';
import { expectOptions, expectRandom } from '@halp/random/check';
import { expectNotNegative } from '../check.ts';
import { infoNCELoss } from '../losses/info-nce.ts';
import type { ViewPair } from '../parts/momentum-pair.ts';
import { mapStreams, streamPairs, type StreamPairsOptions } from '../parts/stream-pairs.ts';
import type { StreamsObjective } from '../parts/streams-objective.ts';
import {
  checkedDistillation,
  crossModalDistillation,
  type DistillationOptions,
} from './cross-modal-distillation.ts';

/** Networks and constants of {@link cmd}. */
export interface CmdOptions<Name extends string>
  extends StreamPairsOptions<Name>, DistillationOptions {
  /** The weight of the distillation, at least 0; 1 unless given. */
  readonly weight?: number;
}

/**
 * CMD: MoCo in each of several streams of the same clips, and the streams teach each other which of the
 * queue's clips are near.
 *
 * Source: Mao et al., CMD (ECCV 2022, arXiv 2208.12448); moco/builder_cmd.py of its code, on which HaLP's is built.
 * - A step of every stream is that of {@link moco}: key network averaged in `beforeStep`, InfoNCE, keys
 *   enqueued in `afterStep`. All queues hold the same clips in the same places.
 * - `loss`: the sum of the streams' {@link infoNCELoss} and `weight` times {@link crossModalDistillation}.
 *   Parts: `infonce_<stream>` of each stream, and `cmd`.
 *
 * Names, as in the authors' `state_dict`: those of {@link moco} for the stream `joint`; for every other one
 * with its name behind, `encoder_q_motion.*`, `encoder_k_motion.*`, `queue_motion`, `queue_ptr_motion`.
 *
 * @param rng - forked by the stream's name, for its first queue; itself not drawn from.
 * @returns The objective; its `dispose` frees the queues, not the networks.
 * @throws RangeError if there are fewer than two streams, networks do not fit, or a constant lies outside
 * its range.
 *
 * @example
 * ```ts
 * const objective = cmd(
 *   {
 *     streams: {
 *       joint: { query: network('joint'), key: network('joint') },
 *       motion: { query: network('motion'), key: network('motion') },
 *       bone: { query: network('bone'), key: network('bone') },
 *     },
 *     queueSize: 16384,
 *     dimension: 128,
 *   },
 *   createRandom(0),
 * );
 * ```
 */
export function cmd<Name extends string>(
  options: CmdOptions<Name>,
  rng: Random,
): StreamsObjective<ViewPair, Name> {
  expectOptions('cmd', options);
  expectRandom('cmd', rng);
  const { weight = 1 } = options;
  expectNotNegative('cmd', weight, 'weight');
  const distillation = checkedDistillation('cmd', options);
  const { temperature, ...pairs } = streamPairs('cmd', options, rng);
  const objective: StreamsObjective<ViewPair, Name> = {
    ...pairs,
    contrast(embeddings) {
      return tf.tidy(() => {
        const streams = mapStreams(embeddings, (stream, name) => ({
          ...stream,
          negatives: pairs.queues[name].keys,
        }));
        const parts: Record<string, tf.Scalar> = {};
        for (const name of pairs.streams) {
          const { query, key, negatives } = streams[name];
          parts[`infonce_${name}`] = infoNCELoss(query, key, negatives, { temperature });
        }
        parts['cmd'] = tf.mul(crossModalDistillation(streams, distillation), weight);
        return { total: tf.addN(Object.values(parts)), parts };
      });
    },
    loss(views, context, stepRng) {
      return tf.tidy(() => ({ ...objective.contrast(objective.embed(views), context, stepRng) }));
    },
  };
  return objective;
}
