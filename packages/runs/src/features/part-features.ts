import * as tf from '@tensorflow/tfjs-core';
import type { Dataset } from '@halp/data';
import {
  extractFeatures,
  type FeatureBatch,
  type Features,
  fuseFeatures,
  knn,
  type StreamFeatures,
} from '@halp/protocols';
import { evaluationBatches, type Recipe, type StreamEncoder } from '@halp/recipes';
import type { EvaluationData } from './evaluation-data.ts';
import { loaderOn } from './make-loader.ts';

/** The features of one part of a data set, for every stream of a run. */
export interface PartFeatures {
  /** The features of each stream, by its name. */
  readonly streams: StreamFeatures;
  /** The features of the only stream, or the mean of all: the authors' `all` for kNN. */
  readonly fused: Features;
  /** The names of the classes. */
  readonly classes: readonly string[];
  /** The name of each clip. */
  readonly names: readonly string[];
}

/**
 * The encoders' features of one part, with the recipe's evaluation view. Closes the data set.
 *
 * @param modules - The modules that the view may import. Default: none.
 * @param signal - Stops between two batches.
 */
export async function partFeatures(
  encoders: readonly StreamEncoder[],
  recipe: Recipe,
  opened: Promise<Dataset>,
  modules: readonly string[] = [],
  signal?: AbortSignal,
): Promise<PartFeatures> {
  const dataset = await opened;
  try {
    const batches = await evaluationBatches(recipe, dataset, loaderOn(undefined, modules));
    const streams = await streamFeatures(encoders, batches, signal);
    return {
      streams,
      fused: fused(streams),
      classes: dataset.classes,
      names: dataset.names,
    };
  } finally {
    await dataset.close();
  }
}

/** The features of every stream, in one pass over the batches. */
export async function streamFeatures(
  encoders: readonly StreamEncoder[],
  batches: AsyncIterable<FeatureBatch>,
  signal?: AbortSignal,
): Promise<StreamFeatures> {
  const sizes = encoders.map(({ encoder }) => encoder.featureSize);
  const all = { apply: concatenated(encoders.map(({ encoder }) => encoder)) };
  const { features, labels } = await extractFeatures(all, until(signal, batches));
  const width = sizes.reduce((sum, size) => sum + size, 0);
  let offset = 0;
  return Object.fromEntries(
    encoders.map(({ stream }, s) => {
      const size = sizes[s] as number;
      const own = new Float32Array(labels.length * size);
      for (let row = 0; row < labels.length; row++) {
        const from = row * width + offset;
        own.set(features.subarray(from, from + size), row * size);
      }
      offset += size;
      return [stream, { features: own, labels }];
    }),
  );
}

/** The batches, until the signal aborts. */
async function* until(
  signal: AbortSignal | undefined,
  batches: AsyncIterable<FeatureBatch>,
): AsyncGenerator<FeatureBatch> {
  for await (const batch of batches) {
    // Yields to the event loop, so that a signal of the process is received between ready batches.
    await new Promise((resolve) => setImmediate(resolve));
    signal?.throwIfAborted();
    yield batch;
  }
}

/** The features of all encoders, one after the other. */
function concatenated(
  encoders: readonly StreamEncoder['encoder'][],
): StreamEncoder['encoder']['apply'] {
  return (x, pass) =>
    tf.tidy(() =>
      tf.concat(
        encoders.map((encoder) => encoder.apply(x, pass)),
        1,
      ),
    );
}

/** The features of the only stream, or the mean of all. */
function fused(streams: StreamFeatures): Features {
  const parts = Object.values(streams).map((features) => ({ features }));
  const [only] = parts;
  return parts.length === 1 && only !== undefined
    ? only.features
    : fuseFeatures(parts, { how: 'mean' });
}

/** The accuracy of the recipe's kNN protocol with the current weights of the encoders; draws no random number. */
export async function knnAccuracy(
  encoders: readonly StreamEncoder[],
  recipe: Recipe,
  data: EvaluationData,
  modules: readonly string[] = [],
  signal?: AbortSignal,
): Promise<number> {
  const gallery = await partFeatures(encoders, recipe, data.open('train'), modules, signal);
  const queries = await partFeatures(encoders, recipe, data.open('test'), modules, signal);
  const options = { ...recipe.evaluation.knn, classes: gallery.classes };
  return (await knn(gallery.fused, queries.fused, options)).evaluation.accuracy;
}
