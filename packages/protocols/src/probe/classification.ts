import * as tf from '@tensorflow/tfjs-core';
import type { Layer, Objective, Pass } from '@halp/nn';
import { childPass, mergeParams, prefixed } from '@halp/nn';
import type { TrainingBatch } from '@halp/train';
import type { FeatureBatch } from '../features/features.ts';
import { clipsOf } from '../features/features.ts';
import { checkLabels } from '../metrics/metrics.ts';
import { crossEntropyLoss, oneHot } from './cross-entropy.ts';

/** Clips with their classes, as tensors. */
export interface LabelledClips {
  /** `[N, C, T, V, M]`. */
  readonly clips: tf.Tensor5D;
  /** `[N, classes]`, one-hot rows. */
  readonly targets: tf.Tensor2D;
}

/** An encoder and the linear classifier on its features; the caller owns both. */
export interface Classifier {
  /** Clips to features. */
  readonly encoder: Layer<tf.Tensor5D, tf.Tensor2D>;
  /** Features to logits. */
  readonly head: Layer<tf.Tensor2D, tf.Tensor2D>;
}

/** Every variable of encoder and head, running statistics included. */
export function classifierVariables({ encoder, head }: Classifier): Objective<unknown>['params'] {
  return mergeParams(
    prefixed('encoder', mergeParams(encoder.params, encoder.buffers)),
    prefixed('head', head.params),
  );
}

/** `[N, classes]`, the logits of clips; the caller disposes them. */
export function classify(
  { encoder, head }: Classifier,
  clips: tf.Tensor5D,
  pass: Pass,
): tf.Tensor2D {
  return tf.tidy(() =>
    head.apply(encoder.apply(clips, childPass(pass, 'encoder')), childPass(pass, 'head')),
  );
}

/** The objective of end-to-end training: softmax cross-entropy, with the encoder in train mode. */
export function classification(classifier: Classifier): Objective<LabelledClips> {
  const { encoder, head } = classifier;
  return {
    params: mergeParams(prefixed('encoder', encoder.params), prefixed('head', head.params)),
    state: prefixed('encoder', encoder.buffers),
    loss: ({ clips, targets }, _context, rng) => ({
      total: crossEntropyLoss(classify(classifier, clips, { mode: 'train', rng }), targets),
      parts: {},
    }),
    afterStep: () => undefined,
    dispose: () => undefined,
  };
}

/**
 * Batches of plain arrays as batches of tensors; whoever receives a batch disposes it.
 *
 * @param caller - the public function to name in an error.
 * @throws RangeError if a batch contradicts its shape, or a label is not a class.
 */
export async function* labelledBatches(
  caller: string,
  batches: AsyncIterable<FeatureBatch>,
  classes: number,
): AsyncGenerator<TrainingBatch<LabelledClips>, void, undefined> {
  for await (const batch of batches) {
    checkLabels(caller, 'training labels', batch.labels, classes);
    const clips = clipsOf(caller, batch);
    const targets = tf.tensor2d(oneHot(batch.labels, classes), [clips.shape[0], classes]);
    yield { input: { clips, targets }, clips: clips.shape[0] };
  }
}
