import type { EvaluationProgress } from '../evaluate/events.ts';
import type { SweepEvent } from '../sweep/run-sweep.ts';
import type { TrainingEvent } from '../train/events.ts';
import type { ClassifyEvent } from '../use/classify.ts';

/** The events of all functions of this package; the type of `onEvent` states which ones a function emits. */
export type RunEvent = TrainingEvent | EvaluationProgress | ClassifyEvent | SweepEvent;
