import * as tf from '@tensorflow/tfjs-core';
import { type ClipBatch, tensorOf } from '@halp/nn';
import {
  expectArray,
  expectFunction,
  expectObject,
  expectOptions,
  type OptionNames,
} from '@halp/random/check';
import type { ViewPair } from '../parts/momentum-pair.ts';
import type { ExtremeViews } from './aimclr.ts';
import type { LabelledViews } from './sup-con.ts';

/** A batch of views as plain arrays; `@halp/loader` yields such batches. */
export interface ViewBatch extends ClipBatch {
  /** `[N]`, the class of each clip, from 0. */
  readonly labels: Int32Array;
  /** `[N]`, the name of each clip. */
  readonly names: readonly string[];
}

/** The part of a loader that {@link viewPairs} uses; `createLoader` of `@halp/loader` returns one. */
export interface ViewLoader {
  /** The batches of an epoch from step `fromStep` on. */
  readonly epoch: (epoch: number, fromStep?: number) => AsyncIterable<ViewBatch>;
}

/** Additional inputs of {@link viewPairs}. */
export interface ViewPairsOptions {
  /** Whether the input has `extreme`, the third view of each batch. Default: false. */
  readonly extreme?: boolean | undefined;
  /** Whether the input has `labels`, the class of each clip. Default: false. */
  readonly labels?: boolean | undefined;
}

/** One batch for `fit` of `@halp/train`. */
export interface ViewPairBatch<Input extends ViewPair = ViewPair> {
  /** The tensors; they belong to whoever receives the batch. */
  readonly input: Input;
  /** N, the number of clips. */
  readonly clips: number;
  /** `[N]`, the name of each clip. */
  readonly names: readonly string[];
}

/** The batches of an epoch from a step on, as `fit` of `@halp/train` takes them. */
export type ViewPairBatches<Input extends ViewPair = ViewPair> = (
  epoch: number,
  fromStep?: number,
) => AsyncGenerator<ViewPairBatch<Input>, void, undefined>;

const optionNames: OptionNames<ViewPairsOptions> = {
  extreme: true,
  labels: true,
};

/**
 * The batches of a loader as tensors: view 0 as `query`, view 1 as `key`, each `[N, C, T, V, M]`.
 *
 * With `extreme`, view 2 as `extreme` (for {@link aimclr}); with `labels`, the classes as `labels` `[N]`, int32 (for
 * {@link supCon}).
 *
 * Each yielded tensor belongs to the receiver: `fit` disposes `input` after the step; a loop of your own calls
 * `tf.dispose(input)`. Between two batches, no tensor is held here. Leaving an epoch early ends the loader's work for
 * that epoch.
 *
 * @param loader - a loader with one pipeline for each view: two, or three with `extreme`. The caller keeps it.
 * @throws RangeError while iterating, if a batch has another number of views.
 *
 * @example
 * ```ts
 * const loader = await createLoader(dataset, { batchSize: 64, views: [view, view], shuffle: true, dropLast: true }, rng);
 * for await (const { epoch, losses } of fit(objective, viewPairs(loader), options, rng)) console.log(epoch, losses);
 * ```
 */
export function viewPairs(
  loader: ViewLoader,
  options: ViewPairsOptions & { readonly extreme: true },
): ViewPairBatches<ExtremeViews>;
export function viewPairs(
  loader: ViewLoader,
  options: ViewPairsOptions & { readonly labels: true },
): ViewPairBatches<LabelledViews>;
export function viewPairs(loader: ViewLoader, options?: ViewPairsOptions): ViewPairBatches;
export function viewPairs(loader: ViewLoader, options: ViewPairsOptions = {}): ViewPairBatches {
  expectObject('viewPairs', loader, 'a loader');
  expectFunction('viewPairs', 'a loader with epoch(epoch, fromStep)', loader.epoch);
  expectOptions('viewPairs', options, optionNames);
  return async function* (epoch, fromStep = 0) {
    for await (const batch of loader.epoch(epoch, fromStep)) {
      // In a tidy, so that nothing is left of a batch whose second view does not fit its shape.
      const input = tf.tidy(() => inputOf(batch, options));
      yield { input, clips: batch.shape[0], names: batch.names };
    }
  };
}

function inputOf(
  batch: ViewBatch,
  { extreme = false, labels = false }: ViewPairsOptions,
): ViewPair & tf.TensorContainerObject {
  const count = extreme ? 3 : 2;
  expectArray('viewPairs', 'the views of a batch in a list', batch.views);
  if (batch.views.length !== count) {
    throw new RangeError(
      `viewPairs: expected ${count} views a batch, got ${batch.views.length}; ` +
        'give the loader two pipelines, or three together with { extreme: true }',
    );
  }
  return {
    query: tensorOf(batch, 0),
    key: tensorOf(batch, 1),
    ...(extreme && { extreme: tensorOf(batch, 2) }),
    ...(labels && { labels: tf.tensor1d(batch.labels, 'int32') }),
  };
}
