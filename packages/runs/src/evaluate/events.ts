import type { ProbeEpoch } from '@halp/protocols';
import type { Remark } from '../run/events.ts';
import type { CoordinatesResult } from './coordinates.ts';
import type { FusedEvaluation } from './fused-evaluation.ts';
import type { ProtocolRequest } from './protocol.ts';
import type { RunEvaluation } from './run-evaluation.ts';

/** An epoch of a classifier, or of an encoder that is fine-tuned, was done. */
export interface ClassifierEpochEvent {
  /** Which event. */
  readonly kind: 'classifier-epoch';
  /** The protocol that trains. */
  readonly protocol: ProtocolRequest['protocol'];
  /** Loss, and accuracies where they were measured. */
  readonly report: ProbeEpoch;
}

/** A protocol is done; its result is saved next. */
export interface EvaluationEvent {
  /** Which event. */
  readonly kind: 'evaluation';
  /** The result. */
  readonly evaluation: RunEvaluation;
}

/** What coordinates alone give on the clips of an evaluation. */
export interface CoordinatesEvent {
  /** Which event. */
  readonly kind: 'coordinates';
  /** The result. */
  readonly result: CoordinatesResult;
}

/** Several runs were evaluated together. */
export interface FusionEvent {
  /** Which event. */
  readonly kind: 'fusion';
  /** The result. */
  readonly evaluation: FusedEvaluation;
}

/** The events of an evaluation. */
export type EvaluationProgress =
  Remark | ClassifierEpochEvent | EvaluationEvent | CoordinatesEvent | FusionEvent;
