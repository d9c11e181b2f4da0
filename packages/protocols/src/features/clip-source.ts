import type { FeatureBatch } from './features.ts';

/** Labelled clips for a protocol that trains the encoder, usually the epochs of a loader. */
export interface ClipSource {
  /**
   * The batches of a training epoch (from 0), augmented and shuffled as the protocol requires; one batch
   * is one step. BatchNorm in train mode uses the statistics of one batch, so drop or enlarge a last batch
   * of few clips.
   */
  readonly train: (epoch: number) => AsyncIterable<FeatureBatch>;
  /** The test clips, each once, in the same order at every call. The batch size does not change the result. */
  readonly test: () => AsyncIterable<FeatureBatch>;
  /** Held-out clips, in neither of the other two, that select the epoch if `selectBy` is `validation`. */
  readonly validation?: () => AsyncIterable<FeatureBatch>;
  /** Closes the loaders; {@link semiSupervised} calls it when a repeat has finished or failed. */
  readonly close?: () => Promise<void>;
}
