import type { Pipeline } from '@halp/augment';
import type { Schedule } from '@halp/nn';
import type { Layout, LayoutName, Stream } from '@halp/skeleton';
import type { EncoderRecipe } from './encoder-recipe.ts';
import type { EvaluationRecipe } from './evaluation-recipe.ts';
import type { ObjectiveRecipe } from './objective-recipe.ts';
import type { OptimizerRecipe } from './optimizer-recipe.ts';

/** A whole experiment as plain data: data set, views, encoder, objective, training and evaluation. */
export interface Recipe {
  /** Name of the recipe, used for its runs. */
  readonly name: string;
  /** The data set. */
  readonly data: DataRecipe;
  /** The input stream of the encoder; '3s' is joint, motion and bone, each with a separate encoder. */
  readonly stream: Stream | '3s';
  /** The augmentation of the views. */
  readonly views: {
    /** The view for the trained network. */
    readonly query: Pipeline;
    /** The view for the key network. */
    readonly key: Pipeline;
    /** The strongly augmented third view of aimclr. */
    readonly extreme?: Pipeline;
  };
  /** The network whose features are evaluated. */
  readonly encoder: EncoderRecipe;
  /** The projection head (Linear, ReLU, Linear); it is not used after pretraining. */
  readonly head: {
    /** Hidden units. */
    readonly hidden: number;
    /** D, the size of an embedding. */
    readonly outputs: number;
  };
  /** The objective. */
  readonly objective: ObjectiveRecipe;
  /** The optimizer: SGD, Adam, AdamW or LARS. */
  readonly optimizer: OptimizerRecipe;
  /** The learning rate schedule. */
  readonly schedule: Schedule;
  /** N, the clips in a batch; a smaller last batch is dropped. */
  readonly batchSize: number;
  /** How it is smaller than the full recipe, such as `hidden 32 instead of 1024`. */
  readonly reduced?: string;
  /** Number of epochs. */
  readonly epochs: number;
  /** The evaluation protocols. */
  readonly evaluation: EvaluationRecipe;
}

/** The data set of a recipe. */
export interface DataRecipe {
  /** Name of the data set, as in its `dataset.json`. */
  readonly name: string;
  /** The split into training and test. */
  readonly benchmark: string;
  /** The joints: the name of a built-in layout, or a layout by `createLayout` of `@halp/skeleton`. */
  readonly layout: LayoutName | Layout;
  /** M, the persons in a clip. */
  readonly persons: number;
  /**
   * Axes of the coordinates. `'upright'`: as the set was prepared. `'camera'`: those of a camera, y up; clips of an
   * upright set, z up, are rotated. Default: 'upright'.
   */
  readonly axes?: 'upright' | 'camera';
}
