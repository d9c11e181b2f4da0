import type { EpochReport } from '@halp/train';
import type { Remark } from '../run/events.ts';

/** A training step has finished. */
export interface StepEvent {
  /** The kind of event. */
  readonly kind: 'step';
  /** The recipe's name. */
  readonly recipe: string;
  /** The epoch, from 0. */
  readonly epoch: number;
  /** Finished steps, over all epochs. */
  readonly step: number;
  /** Number of steps of all epochs. */
  readonly steps: number;
  /** Mean losses of the epoch so far, with the diagnostics of HaLP's positives. */
  readonly losses: Readonly<Record<string, number>>;
  /** The learning rate of the epoch. */
  readonly learningRate: number;
  /** Clips per second since this call started. */
  readonly clipsPerSecond: number;
  /** The last kNN accuracy, a fraction; absent before the first of this call. */
  readonly knn?: number | undefined;
  /** The last metrics of the embeddings, named as in the log. */
  readonly representation?: Readonly<Record<string, number>>;
}

/** An epoch has finished and is in the run's log. */
export interface EpochEvent {
  /** The kind of event. */
  readonly kind: 'epoch';
  /** The recipe's name. */
  readonly recipe: string;
  /** Its entry in the log. */
  readonly report: EpochReport;
}

/** The events of a training. */
export type TrainingEvent = Remark | StepEvent | EpochEvent;
