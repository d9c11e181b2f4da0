import * as tf from '@tensorflow/tfjs-core';
import { l2Normalize, type ViewPair } from '@halp/contrastive';
import { alignment, rankMe, uniformity } from '@halp/protocols';
import { expectOptions, type OptionNames } from '@halp/random/check';
import type { TrainingBatches } from './batches.ts';
import type { StreamNetwork, Training } from './build.ts';
import { disposeViews, firstViews } from './first-views.ts';

/** Metrics of a network's representation of a fixed set of training clips. */
export interface RepresentationMetrics {
  /** Mean |q - k|^2 of the unit embeddings of two views of a clip, in [0, 4]. */
  readonly alignment: number;
  /** Uniformity of the unit embeddings, from 0 (one direction) to about -4 (evenly over the sphere). */
  readonly uniformity: number;
  /** RankMe of the features before the head, which protocols evaluate, in [1, min(P, D)]. */
  readonly 'rankme-features': number;
  /** RankMe of the unit embeddings after the head, the input of the objective, in [1, min(P, D)]. */
  readonly 'rankme-embeddings': number;
}

/** A fixed set of clips in two views each, for measuring the networks of a run during training. */
export interface RepresentationProbe {
  /** P, the number of clips. */
  readonly clips: number;
  /**
   * {@link RepresentationMetrics} of the current network; with three streams, of each network, with the stream in the name
   * (`alignment_motion`). Draws no random numbers and changes nothing.
   *
   * @throws RangeError if a feature or an embedding is not finite.
   */
  measure(): Promise<Record<string, number>>;
  /** Disposes the clips. */
  dispose(): void;
}

/** Options of {@link representationProbe}. */
export interface ProbeOptions {
  /** P, the least number of clips, rounded up to whole batches. Default: 128. */
  readonly clips?: number;
}

const optionNames: OptionNames<ProbeOptions> = { clips: true };

/**
 * A probe on the first clips of `batches`, which it keeps as tensors until it is disposed.
 *
 * Both views of every clip go through the query network in eval mode. RankMe is computed for the features before the
 * head and for the unit embeddings after it; alignment and uniformity for the embeddings. The metrics depend on the
 * weights only, so a resumed run has the same numbers as an uninterrupted one, for every objective. The keys of a queue
 * would not do in the first epochs, since they start as random directions.
 *
 * @param batches - Batches with a separate random stream, so that training draws the same numbers with and without a probe.
 * @throws RangeError if there are fewer than two clips.
 */
export async function representationProbe(
  { networks }: Pick<Training, 'networks'>,
  batches: Pick<TrainingBatches, 'epoch'>,
  options: ProbeOptions = {},
): Promise<RepresentationProbe> {
  const { clips: least = 128 } = expectOptions('representationProbe', options, optionNames);
  const { views, clips } = await firstViews('representationProbe', batches, least);
  return {
    clips,
    async measure() {
      const metrics: Record<string, number> = {};
      for (const each of networks) {
        const suffix = networks.length === 1 ? '' : `_${each.stream}`;
        const found = Object.entries(await metricsOf(each, views)) as [string, number][];
        for (const [name, value] of found) {
          metrics[`${name}${suffix}`] = value;
        }
      }
      return metrics;
    },
    dispose: () => disposeViews(views),
  };
}

async function metricsOf(
  { network }: StreamNetwork,
  views: readonly ViewPair[],
): Promise<RepresentationMetrics> {
  const { encoder, head } = network;
  const [features, queries, keys] = tf.tidy(() => {
    // One batch at a time, so that the probe needs no more memory than training.
    const featuresOf = (clips: tf.Tensor5D): tf.Tensor2D =>
      tf.tidy(() => encoder.apply(clips, { mode: 'eval' }));
    const ofQuery = views.map(({ query }) => featuresOf(query));
    const ofKey = views.map(({ key }) => featuresOf(key));
    const embedded = (all: readonly tf.Tensor2D[]): tf.Tensor2D =>
      l2Normalize(tf.concat(all.map((each) => head.apply(each, { mode: 'eval' }))));
    const rows: [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D] = [
      tf.concat(ofQuery),
      embedded(ofQuery),
      embedded(ofKey),
    ];
    return rows;
  });
  try {
    const [f, q, k] = (await Promise.all([features, queries, keys].map((each) => each.data()))) as [
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    const size = queries.shape[1];
    return {
      alignment: alignment(q, k, size),
      uniformity: uniformity(q, size),
      'rankme-features': rankMe(f, features.shape[1]),
      'rankme-embeddings': rankMe(q, size),
    };
  } finally {
    tf.dispose([features, queries, keys]);
  }
}
