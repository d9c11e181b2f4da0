import type { Boundary, Hardness } from '@halp/positives';

/** The objective that is minimised. */
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
  | ByolRecipe
  | OwnObjectiveRecipe;

/** The settings of momentum contrast with a key queue. */
export interface QueueSettings {
  /** K, the keys in the queue. */
  readonly queueSize: number;
  /** Temperature of InfoNCE. */
  readonly temperature: number;
  /** Momentum of the key encoder's moving average: the fraction kept at each step. */
  readonly momentum: number;
}

/** The settings of hallucinated positives. */
export interface PositivesSettings {
  /** The first epoch with the HaLP term, from 0. */
  readonly fromEpoch: number;
  /** mu, the weight of the HaLP term. */
  readonly weight: number;
  /** Hardness: the step is (1 - u) of the way to the boundary, u ~ U(0, lambda), or as `Hardness` says. */
  readonly lambda: Hardness;
  /** G, the positives for each anchor. */
  readonly count: number;
  /** P, the number of prototypes. */
  readonly prototypes: number;
  /** Number of newest keys from which the prototypes are computed. */
  readonly newest: number;
  /** Iterations between two updates of the prototypes. */
  readonly every: number;
  /** Which boundary limits the step. */
  readonly boundary: Boundary;
  /** What positives are generated from. Default: the keys, as by the authors. */
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
  /** Temperature of the student's similarities. */
  readonly studentTemperature: number;
}

/** Momentum contrast with a key queue. */
export interface MocoRecipe extends QueueSettings {
  /** Kind of the objective. */
  readonly kind: 'moco';
}

/** Momentum contrast, and hallucinated positives from an epoch on. */
export interface HalpRecipe extends QueueSettings, PositivesSettings {
  /** Kind of the objective. */
  readonly kind: 'halp';
}

/** Momentum contrast on joint, motion and bone, each stream distilled into the others. */
export interface CmdRecipe extends QueueSettings, DistillationSettings {
  /** Kind of the objective. */
  readonly kind: 'cmd';
}

/** Cross-modal distillation, and hallucinated positives in every stream from an epoch on. */
export interface HalpCmdRecipe extends QueueSettings, DistillationSettings, PositivesSettings {
  /** Kind of the objective. */
  readonly kind: 'halp-cmd';
}

/** Momentum contrast, divergence from an extreme view, and nearest neighbours of the queue from an epoch on. */
export interface AimclrRecipe extends QueueSettings {
  /** Kind of the objective; its recipe has an extreme view. */
  readonly kind: 'aimclr';
  /** The first epoch, from 0, in which neighbours are mined. */
  readonly mineFromEpoch: number;
  /** Neighbours that count as positives. */
  readonly neighbours: number;
}

/** Momentum contrast on joint, motion and bone; from an epoch on with the neighbours found in the other streams as positives. */
export interface CrossclrRecipe extends QueueSettings {
  /** Kind of the objective. */
  readonly kind: 'crossclr';
  /** The first epoch, from 0, in which streams mine for each other. */
  readonly crossFromEpoch: number;
  /** Neighbours that count as positives. */
  readonly neighbours: number;
}

/** NT-Xent between both views of the batch, without queue and key network. */
export interface SimclrRecipe {
  /** Kind of the objective. */
  readonly kind: 'simclr';
  /** Temperature of the similarities. */
  readonly temperature: number;
}

/** {@link SimclrRecipe} with every clip of the same class as a positive; supervised pretraining. */
export interface SupConRecipe {
  /** Kind of the objective; its batches have labels. */
  readonly kind: 'supcon';
  /** Temperature of the similarities. */
  readonly temperature: number;
}

/** Cross-correlation of both views towards the identity. */
export interface BarlowTwinsRecipe {
  /** Kind of the objective. */
  readonly kind: 'barlow-twins';
  /** Weight of the off-diagonal entries. */
  readonly lambda: number;
}

/** Variance, invariance and covariance of both views. */
export interface VicRegRecipe {
  /** Kind of the objective. */
  readonly kind: 'vicreg';
  /** Weight of the distance between views. */
  readonly invariance: number;
  /** Weight of the hinge on standard deviations. */
  readonly variance: number;
  /** Weight of the covariances. */
  readonly covariance: number;
}

/** Prediction of the target network's embedding from the other view. */
export interface ByolRecipe {
  /** Kind of the objective. */
  readonly kind: 'byol';
  /** Momentum of the target network's moving average: the fraction kept at each step. */
  readonly momentum: number;
  /** Hidden units of the predictor. */
  readonly predictor: number;
}

/** A user's objective. */
export interface OwnObjectiveRecipe {
  /** Kind of the objective. */
  readonly kind: 'module';
  /** The path, URL or package name of a module that exports `objective`, an `OwnObjective`. */
  readonly module: string;
  /** The options that it gets, as plain data. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Whether its batches have labels. Default: false. */
  readonly supervised?: boolean;
}

/** Whether an objective trains joint, motion and bone together. */
export function isOverStreams({ kind }: ObjectiveRecipe): boolean {
  return kind === 'cmd' || kind === 'halp-cmd' || kind === 'crossclr';
}

/** Whether an objective learns from labels; only its batches have labels. */
export function isSupervised(objective: ObjectiveRecipe): boolean {
  return objective.kind === 'module' ? objective.supervised === true : objective.kind === 'supcon';
}
