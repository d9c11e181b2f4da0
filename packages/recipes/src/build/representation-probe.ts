import * as tf from '@tensorflow/tfjs-core';
import { l2Normalize, type ViewPair } from '@halp/contrastive';
import { alignment, rankMe, uniformity } from '@halp/protocols';
import type { TrainingBatches } from './batches.ts';
import type { StreamNetwork, Training } from './build.ts';

/** How a network represents a fixed set of training clips. */
export interface RepresentationMetrics {
  /** Mean |q - k|^2 of the unit embeddings of two views of a clip, in [0, 4]. */
  readonly alignment: number;
  /** Uniformity of the unit embeddings, from 0 (one direction) to about -4 (all over the sphere). */
  readonly uniformity: number;
  /** RankMe of the features before the head, which are evaluated later, in [1, min(P, D)]. */
  readonly 'rankme-features': number;
  /** RankMe of the unit embeddings after the head, on which the objective acts, in [1, min(P, D)]. */
  readonly 'rankme-embeddings': number;
}

/** A fixed set of clips in two views each, shown to the networks of a run now and then. */
export interface RepresentationProbe {
  /** P, the number of clips. */
  readonly clips: number;
  /**
   * {@link RepresentationMetrics} of the network as it is now, or of each network with the stream in the name
   * (`alignment_motion`) where there are three. Draws nothing and changes nothing.
   *
   * @throws RangeError if a feature or an embedding is not finite.
   */
  measure(): Promise<Record<string, number>>;
  /** Disposes the clips. */
  dispose(): void;
}

/** Options of {@link representationProbe}. */
export interface ProbeOptions {
  /** P, at least so many clips, in whole batches. Default: 128. */
  readonly clips?: number;
}

/**
 * A probe of the first clips of `batches`, which are held as tensors until it is disposed.
 *
 * Both views of every clip go through the query network in eval mode. RankMe is that of the features before the
 * head, and of the unit embeddings after it; alignment and uniformity are those of the embeddings. All
 * are of weights alone, so that a resumed run has the numbers of an undisturbed one, for every objective,
 * with a queue or without. A queue's keys are no measure in the first epochs: they begin as random directions.
 *
 * @param batches - Of a stream of random numbers of its own, so that training draws as without a probe.
 * @throws RangeError if there are not two clips.
 */
export async function representationProbe(
  { networks }: Pick<Training, 'networks'>,
  batches: Pick<TrainingBatches, 'epoch'>,
  { clips: least = 128 }: ProbeOptions = {},
): Promise<RepresentationProbe> {
  const views: ViewPair[] = [];
  let clips = 0;
  try {
    for await (const { input, clips: count } of batches.epoch(0, 0)) {
      views.push(input);
      clips += count;
      if (clips >= least) break;
    }
    if (clips < 2) throw new RangeError(`representationProbe: expected 2 clips, got ${clips}`);
  } catch (error) {
    disposeAll(views);
    throw error;
  }
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
    dispose: () => disposeAll(views),
  };
}

async function metricsOf(
  { network }: StreamNetwork,
  views: readonly ViewPair[],
): Promise<RepresentationMetrics> {
  const { encoder, head } = network;
  const [features, queries, keys] = tf.tidy(() => {
    // A batch at a time: training needs no more memory at once.
    const featuresOf = (clips: tf.Tensor5D): tf.Tensor2D =>
      tf.tidy(() => encoder.apply(clips, 'eval'));
    const ofQuery = views.map(({ query }) => featuresOf(query));
    const ofKey = views.map(({ key }) => featuresOf(key));
    const embedded = (all: readonly tf.Tensor2D[]): tf.Tensor2D =>
      l2Normalize(tf.concat(all.map((each) => head.apply(each, 'eval'))));
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

function disposeAll(views: readonly ViewPair[]): void {
  for (const each of views) tf.dispose(Object.values(each) as tf.Tensor[]);
}
