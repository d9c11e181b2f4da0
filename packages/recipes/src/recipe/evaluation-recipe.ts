import type { Pipeline } from '@halp/augment';
import type { Crops, SelectionRule } from '@halp/protocols';

/** The protocols of a recipe, with every setting that can change a number. */
export interface EvaluationRecipe {
  /** The view from which features are computed; for test clips under every protocol. No step draws random numbers. */
  readonly view: Pipeline;
  /** The view of training clips for protocols with a new crop in every epoch; required only by these. */
  readonly trainView?: Pipeline;
  /** The kNN protocol. */
  readonly knn: {
    /** Number of neighbours. */
    readonly k: number;
  };
  /** The linear probe. */
  readonly linear: LinearRecipe;
  /** Supervised training of the whole network: fine-tuning and semi-supervised. */
  readonly fineTune?: ClassifierRecipe;
}

/** How a classifier is trained. */
export interface ClassifierRecipe {
  /** Number of epochs. */
  readonly epochs: number;
  /** Initial learning rate. */
  readonly learningRate: number;
  /** Epochs, from 0, at which the rate is divided by 10. */
  readonly milestones: readonly number[];
  /** Clips in a batch. */
  readonly batchSize: number;
  /** Which epoch's accuracy is reported. */
  readonly selectBy: SelectionRule;
}

/** The linear probe of a recipe. */
export interface LinearRecipe extends ClassifierRecipe {
  /** The crops of training clips; 'fixed-centre' is the evaluation view. Default: 'fixed-centre'. */
  readonly crops?: Crops;
}
