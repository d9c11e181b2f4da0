import type { EvaluationProgress } from '../evaluate/events.ts';
import type { TrainingEvent } from '../train/events.ts';
import type { ClassifyEvent } from '../use/classify.ts';

/** What the functions of this package say while they work, all together; each says in its options which it says. */
export type RunEvent = TrainingEvent | EvaluationProgress | ClassifyEvent;
