import type { Boundary, Hardness } from '@halp/positives';

/** What is minimised. */
export type ObjectiveRecipe = MocoRecipe | HalpRecipe | CmdRecipe | HalpCmdRecipe;

/** The settings of momentum contrast with a key queue. */
export interface QueueSettings {
  /** Keys in the queue, K. */
  readonly queueSize: number;
  /** Temperature of InfoNCE. */
  readonly temperature: number;
  /** How much of the key encoder is kept at each step. */
  readonly momentum: number;
}

/** The settings of hallucinated positives. */
export interface PositivesSettings {
  /** The first epoch with the HaLP term, from 0. */
  readonly fromEpoch: number;
  /** Weight of the HaLP term, mu. */
  readonly weight: number;
  /** Hardness: the step is (1 - u) of the way to the boundary, u ~ U(0, lambda), or as `Hardness` says. */
  readonly lambda: Hardness;
  /** Positives for each anchor, G. */
  readonly count: number;
  /** Prototypes, P. */
  readonly prototypes: number;
  /** The number of newest keys from which the prototypes are made. */
  readonly newest: number;
  /** Iterations between two updates of the prototypes. */
  readonly every: number;
  /** Which boundary limits the step. */
  readonly boundary: Boundary;
}

/** The settings of cross-modal mutual distillation. */
export interface DistillationSettings {
  /** Neighbours of the teacher that the student follows, at most K. */
  readonly topK: number;
  /** Temperature of the teacher's similarities. */
  readonly teacherTemperature: number;
  /** Temperature of the student's. */
  readonly studentTemperature: number;
}

/** Momentum contrast with a key queue. */
export interface MocoRecipe extends QueueSettings {
  /** Which objective. */
  readonly kind: 'moco';
}

/** Momentum contrast, and hallucinated positives from an epoch on. */
export interface HalpRecipe extends QueueSettings, PositivesSettings {
  /** Which objective. */
  readonly kind: 'halp';
}

/** Momentum contrast on joint, motion and bone at once, each distilled into the others. */
export interface CmdRecipe extends QueueSettings, DistillationSettings {
  /** Which objective. */
  readonly kind: 'cmd';
}

/** Cross-modal distillation, and hallucinated positives in every stream from an epoch on. */
export interface HalpCmdRecipe extends QueueSettings, DistillationSettings, PositivesSettings {
  /** Which objective. */
  readonly kind: 'halp-cmd';
}
