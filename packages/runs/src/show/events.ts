import type { EvaluationProgress } from '../evaluate/events.ts';
import type { TrainingEvent } from '../train/events.ts';
import type { ClassifyEvent } from '../use/classify.ts';

/** The events of all functions of this package; the options of each name those that it emits. */
export type RunEvent = TrainingEvent | EvaluationProgress | ClassifyEvent;
