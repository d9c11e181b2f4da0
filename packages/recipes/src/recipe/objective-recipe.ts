import type { Boundary, Hardness } from '@halp/positives';

/** What is minimised. */
export type ObjectiveRecipe =
  | MocoRecipe
  | HalpRecipe
  | CmdRecipe
  | HalpCmdRecipe
  | AimclrRecipe
  | CrossclrRecipe
  | SimclrRecipe
  | SupConRecipe
  | BarlowTwinsRecipe
  | VicRegRecipe
  | ByolRecipe;

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
  /** From what positives are made; keys unless given, as the authors do. */
  readonly anchors?: 'key' | 'query' | 'both';
  /**
   * How a query is compared with its positives: `'aligned'` by their cosine, `'contrastive'` in InfoNCE's form against the
   * queue. Default: `'aligned'`, the paper's.
   */
  readonly form?: 'aligned' | 'contrastive';
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

/** Momentum contrast, divergence from an extreme view, and nearest neighbours of the queue from an epoch on. */
export interface AimclrRecipe extends QueueSettings {
  /** Which objective; its recipe has an extreme view. */
  readonly kind: 'aimclr';
  /** The first epoch, from 0, in which neighbours are mined. */
  readonly mineFromEpoch: number;
  /** Neighbours that count as positives. */
  readonly neighbours: number;
}

/** Momentum contrast on joint, motion and bone, from an epoch on with the neighbours that the other streams find. */
export interface CrossclrRecipe extends QueueSettings {
  /** Which objective. */
  readonly kind: 'crossclr';
  /** The first epoch, from 0, in which streams mine for each other. */
  readonly crossFromEpoch: number;
  /** Neighbours that count as positives. */
  readonly neighbours: number;
}

/** Contrast of both views within the batch: NT-Xent, no queue and no key network. */
export interface SimclrRecipe {
  /** Which objective. */
  readonly kind: 'simclr';
  /** Temperature of the similarities. */
  readonly temperature: number;
}

/** {@link SimclrRecipe} with every clip of the same class as a positive: pretraining that sees the labels. */
export interface SupConRecipe {
  /** Which objective; its batches carry the class of each clip. */
  readonly kind: 'supcon';
  /** Temperature of the similarities. */
  readonly temperature: number;
}

/** Cross-correlation of both views towards the identity. */
export interface BarlowTwinsRecipe {
  /** Which objective. */
  readonly kind: 'barlow-twins';
  /** Weight of what is not on the diagonal. */
  readonly lambda: number;
}

/** Variance, invariance and covariance of both views. */
export interface VicRegRecipe {
  /** Which objective. */
  readonly kind: 'vicreg';
  /** Weight of the distance between views. */
  readonly invariance: number;
  /** Weight of the hinge on standard deviations. */
  readonly variance: number;
  /** Weight of the covariances. */
  readonly covariance: number;
}

/** The embedding of the average network foretold from the other view. */
export interface ByolRecipe {
  /** Which objective. */
  readonly kind: 'byol';
  /** How much of the average network is kept at each step. */
  readonly momentum: number;
  /** Units of the predictor between its two layers. */
  readonly predictor: number;
}

/** Whether an objective trains joint, motion and bone together. */
export function isOverStreams({ kind }: ObjectiveRecipe): boolean {
  return kind === 'cmd' || kind === 'halp-cmd' || kind === 'crossclr';
}

/** Whether an objective learns from labels; the batches of every other one have none. */
export function isSupervised({ kind }: ObjectiveRecipe): boolean {
  return kind === 'supcon';
}
