import type { FeatureBatch } from './features.ts';

/** Clips with labels, for a training that runs the encoder; a loader's epochs, most often. */
export interface ClipSource {
  /**
   * The batches of a training epoch (from 0): augmented and shuffled as the protocol wants it, and of
   * the size of a step. Train-mode BatchNorm sees them one at a time, so a last batch of few clips is
   * best dropped or made larger.
   */
  readonly train: (epoch: number) => AsyncIterable<FeatureBatch>;
  /** The test clips, each once, in the same order every time; batch sizes change nothing. */
  readonly test: () => AsyncIterable<FeatureBatch>;
  /** Clips that are in neither, which choose the epoch where `selectBy` is `validation`. */
  readonly validation?: () => AsyncIterable<FeatureBatch>;
  /** Ends what makes the batches: {@link semiSupervised} calls it when the repeat is done, or has failed. */
  readonly close?: () => Promise<void>;
}
