import * as tf from '@tensorflow/tfjs-core';
import type { Random } from '@halp/random';
import { expectOptions, expectRandom, type OptionNames } from '@halp/random/check';
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
  /** Weight of the distillation, at least 0. Default: 1. */
  readonly weight?: number;
}

const optionNames: OptionNames<CmdOptions<string>> = {
  weight: true,
  streams: true,
  queueSize: true,
  dimension: true,
  temperature: true,
  momentum: true,
  topK: true,
  teacherTemperature: true,
  studentTemperature: true,
};

/**
 * The CMD objective: MoCo in each of several streams of the same clips, plus a mutual distillation of the
 * similarities to the clips in the queue.
 *
 * Source: Mao et al., CMD (ECCV 2022, arXiv 2208.12448); moco/builder_cmd.py of its code, the basis of HaLP's code.
 * - A step of every stream is that of {@link moco}: key network averaged in `beforeStep`, InfoNCE, keys
 *   enqueued in `afterStep`. All queues hold the same clips at the same positions.
 * - `loss`: the sum of the streams' {@link infoNCELoss} and `weight` times {@link crossModalDistillation}.
 *   Parts: `infonce_<stream>` of each stream, and `cmd`.
 *
 * Names, as in the authors' `state_dict`: those of {@link moco} for the stream `joint`; for every other stream
 * with its name appended, `encoder_q_motion.*`, `encoder_k_motion.*`, `queue_motion`, `queue_ptr_motion`.
 *
 * @param rng - forked by the stream's name, for its first queue; itself not drawn from.
 * @returns the objective; its `dispose` frees the queues, not the networks.
 * @throws RangeError if there are fewer than two streams, networks do not match, or a constant is outside
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
  expectOptions('cmd', options, optionNames);
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
      return tf.tidy(() => ({
        ...objective.contrast(objective.embed(views, stepRng), context, stepRng),
      }));
    },
  };
  return objective;
}
