import type { Pipeline } from '@halp/augment';
import type { Schedule } from '@halp/nn';
import type { LayoutName, Stream } from '@halp/skeleton';
import type { EncoderRecipe } from './encoder-recipe.ts';
import type { EvaluationRecipe } from './evaluation-recipe.ts';
import type { ObjectiveRecipe } from './objective-recipe.ts';
import type { OptimizerRecipe } from './optimizer-recipe.ts';

/** A whole experiment as plain data: what is trained, on what, how, and how it is evaluated. */
export interface Recipe {
  /** The name under which runs of it are known. */
  readonly name: string;
  /** What is read. */
  readonly data: DataRecipe;
  /** What the encoder sees of a clip; '3s' is joint, motion and bone, each with an encoder of its own. */
  readonly stream: Stream | '3s';
  /** How the two views of a clip are made. */
  readonly views: {
    /** The view that is trained. */
    readonly query: Pipeline;
    /** The view that it is compared with. */
    readonly key: Pipeline;
    /** The strongly augmented view that some objectives take besides. */
    readonly extreme?: Pipeline;
  };
  /** The network whose features are evaluated. */
  readonly encoder: EncoderRecipe;
  /** The projection head, which is dropped after pretraining: Linear, ReLU, Linear. */
  readonly head: {
    /** Units between the two layers. */
    readonly hidden: number;
    /** D, the length of an embedding. */
    readonly outputs: number;
  };
  /** What is minimised. */
  readonly objective: ObjectiveRecipe;
  /** The optimizer: SGD, Adam, AdamW or LARS. */
  readonly optimizer: OptimizerRecipe;
  /** The learning rate by epoch. */
  readonly schedule: Schedule;
  /** Clips a step, N; a smaller last batch is dropped. */
  readonly batchSize: number;
  /** What makes this smaller than the recipe that it is called after, such as `hidden 32 instead of 1024`. */
  readonly reduced?: string;
  /** The number of epochs of a full run. */
  readonly epochs: number;
  /** How the encoder is evaluated. */
  readonly evaluation: EvaluationRecipe;
}

/** The data set that a recipe was made for. */
export interface DataRecipe {
  /** The data set's name, as in its `dataset.json`. */
  readonly name: string;
  /** The split into training and test. */
  readonly benchmark: string;
  /** The joints. */
  readonly layout: LayoutName;
  /** Persons a clip, M. */
  readonly persons: number;
  /**
   * How coordinates stand: `'upright'`, as the set was prepared; `'camera'`, as a camera sees them, y up: clips of a set
   * that stands upright, z up, are turned. Default: 'upright'.
   */
  readonly axes?: 'upright' | 'camera';
}
