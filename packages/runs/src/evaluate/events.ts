import type { ProbeEpoch } from '@halp/protocols';
import type { ProtocolKey } from '../protocols/protocols.ts';
import type { Remark } from '../run/events.ts';
import type { CoordinatesResult } from './coordinates.ts';
import type { FusedEvaluation } from './fused-evaluation.ts';
import type { RunEvaluation } from './run-evaluation.ts';

/** An epoch of a classifier or of fine-tuning has finished. */
export interface ClassifierEpochEvent {
  /** The kind of event. */
  readonly kind: 'classifier-epoch';
  /** The protocol. */
  readonly protocol: ProtocolKey;
  /** The loss, and accuracies if they were measured. */
  readonly report: ProbeEpoch;
}

/** A protocol has finished; its result is saved next. */
export interface EvaluationEvent {
  /** The kind of event. */
  readonly kind: 'evaluation';
  /** The result. */
  readonly evaluation: RunEvaluation;
}

/** The baseline of an evaluation: 1-NN on the coordinates of its clips. */
export interface CoordinatesEvent {
  /** The kind of event. */
  readonly kind: 'coordinates';
  /** The result. */
  readonly result: CoordinatesResult;
}

/** Several runs have been evaluated together. */
export interface FusionEvent {
  /** The kind of event. */
  readonly kind: 'fusion';
  /** The result. */
  readonly evaluation: FusedEvaluation;
}

/** The events of an evaluation. */
export type EvaluationProgress =
  Remark | ClassifierEpochEvent | EvaluationEvent | CoordinatesEvent | FusionEvent;
