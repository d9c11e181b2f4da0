import type { EpochReport } from '@halp/train';
import type { Remark } from '../run/events.ts';

/** A training step was done. */
export interface StepEvent {
  /** Which event. */
  readonly kind: 'step';
  /** The recipe's name. */
  readonly recipe: string;
  /** The epoch, from 0. */
  readonly epoch: number;
  /** Steps that are done of all epochs. */
  readonly step: number;
  /** Steps of all epochs. */
  readonly steps: number;
  /** Mean losses of the epoch so far, and the diagnostics of HaLP's positives. */
  readonly losses: Readonly<Record<string, number>>;
  /** The learning rate of the epoch. */
  readonly learningRate: number;
  /** Clips a second since this call began. */
  readonly clipsPerSecond: number;
  /** The last kNN accuracy of this call, a fraction; absent before the first. */
  readonly knn?: number | undefined;
  /** What was last measured of the embeddings, with the names of the log's metrics. */
  readonly representation?: Readonly<Record<string, number>>;
}

/** An epoch was done, and is in the log of the run. */
export interface EpochEvent {
  /** Which event. */
  readonly kind: 'epoch';
  /** The recipe's name. */
  readonly recipe: string;
  /** What the log says of it. */
  readonly report: EpochReport;
}

/** The events of a training. */
export type TrainingEvent = Remark | StepEvent | EpochEvent;
