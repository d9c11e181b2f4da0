import * as tf from '@tensorflow/tfjs-core';
import type { Random } from '@halp/random';
import { expectOptions, expectRandom, type OptionNames } from '@halp/random/check';
import { expectEpoch } from '../check.ts';
import {
  checkedCrossView,
  crossViewLoss,
  type CrossViewOptions,
} from '../losses/cross-view-loss.ts';
import { infoNCELoss } from '../losses/info-nce.ts';
import type { Embeddings } from '../parts/anchored-objective.ts';
import type { ViewPair } from '../parts/momentum-pair.ts';
import { mapStreams, streamPairs, type StreamPairsOptions } from '../parts/stream-pairs.ts';
import type { PerStream, StreamsObjective } from '../parts/streams-objective.ts';

/** Networks and constants of {@link crossclr}. */
export interface CrossclrOptions<Name extends string>
  extends StreamPairsOptions<Name>, Omit<CrossViewOptions, 'temperature'> {
  /** The first epoch, from 0, that mines across streams; the authors mine in the second half. Default: no mining. */
  readonly crossFromEpoch?: number;
}

const optionNames: OptionNames<CrossclrOptions<string>> = {
  crossFromEpoch: true,
  streams: true,
  queueSize: true,
  dimension: true,
  temperature: true,
  momentum: true,
  neighbours: true,
  context: true,
  combine: true,
};

/**
 * The CrosSCLR objective: MoCo in each of several streams of the same clips; later each stream's nearest keys are
 * positives in the other streams.
 *
 * Source: Li et al., CrosSCLR (arXiv 2104.14466); net/crossclr_3views.py of its code.
 * - A step of every stream is that of {@link moco}. All queues hold the same clips at the same positions.
 * - `loss`: the sum over the streams of InfoNCE (parts `infonce_<stream>`), or from epoch `crossFromEpoch` of the
 *   mean of {@link crossViewLoss} with each other stream (parts `cross_<stream>`).
 *
 * Names: those of `cmd`.
 *
 * @param rng - forked by the stream's name, for its first queue; itself not drawn from.
 * @returns the objective; its `dispose` frees the queues, not the networks.
 * @throws RangeError if there are fewer than two streams, networks do not match, or a constant is outside its range.
 * @remarks In the authors' code, only the motion stream's key network is updated after mining starts, and the heads of
 * motion and bone contain the head of joint. Here all key networks are updated and no variable is shared.
 *
 * @example
 * ```ts
 * const objective = crossclr(
 *   {
 *     streams: { joint: { query, key }, motion: { query: queryM, key: keyM } },
 *     queueSize: 32768,
 *     dimension: 128,
 *     crossFromEpoch: 150,
 *   },
 *   createRandom(0),
 * );
 * ```
 */
export function crossclr<Name extends string>(
  options: CrossclrOptions<Name>,
  rng: Random,
): StreamsObjective<ViewPair, Name> {
  expectOptions('crossclr', options, optionNames);
  expectRandom('crossclr', rng);
  const { crossFromEpoch } = options;
  const mining = checkedCrossView('crossclr', options);
  if (crossFromEpoch !== undefined) expectEpoch('crossclr', crossFromEpoch, 'crossFromEpoch');
  const { temperature, ...pairs } = streamPairs('crossclr', options, rng);

  const single = (embeddings: PerStream<Name, Embeddings>): Record<string, tf.Scalar> =>
    named('infonce', (name) => {
      const { query, key } = embeddings[name];
      return infoNCELoss(query, key, pairs.queues[name].keys, { temperature });
    });

  const crossed = (embeddings: PerStream<Name, Embeddings>): Record<string, tf.Scalar> => {
    const similarities = mapStreams(embeddings, ({ query, key }: Embeddings, name) => ({
      positive: tf.sum<tf.Tensor1D>(tf.mul(query, key), 1),
      negatives: tf.matMul<tf.Tensor2D>(query, pairs.queues[name].keys, false, true),
    }));
    return named('cross', (name) => {
      const { positive, negatives } = similarities[name];
      const others = pairs.streams.filter((other) => other !== name);
      const terms = others.map((other) =>
        crossViewLoss(positive, negatives, similarities[other].negatives, {
          ...mining,
          temperature,
        }),
      );
      return tf.div<tf.Scalar>(tf.addN(terms), others.length);
    });
  };

  const named = (part: string, term: (name: Name) => tf.Scalar): Record<string, tf.Scalar> =>
    Object.fromEntries(pairs.streams.map((name) => [`${part}_${name}`, term(name)]));

  const objective: StreamsObjective<ViewPair, Name> = {
    ...pairs,
    contrast(embeddings, { epoch }) {
      const crosses = crossFromEpoch !== undefined && epoch >= crossFromEpoch;
      return tf.tidy(() => {
        const parts = crosses ? crossed(embeddings) : single(embeddings);
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
