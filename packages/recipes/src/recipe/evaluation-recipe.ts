import type { Pipeline } from '@halp/augment';
import type { Crops, SelectionRule } from '@halp/protocols';

/** The protocols of a recipe, with every setting that can change a number. */
export interface EvaluationRecipe {
  /** The view of a clip from which features are taken; of test clips under every protocol. No step draws random numbers. */
  readonly view: Pipeline;
  /** The view of training clips for protocols that see a new crop in every epoch; needed by those alone. */
  readonly trainView?: Pipeline;
  /** Nearest neighbours. */
  readonly knn: {
    /** Neighbours that vote. */
    readonly k: number;
  };
  /** The linear probe. */
  readonly linear: LinearRecipe;
  /** Training of the whole network with labels: fine-tuning, and with some of the labels only. */
  readonly fineTune?: ClassifierRecipe;
}

/** How a classifier is trained. */
export interface ClassifierRecipe {
  /** Epochs. */
  readonly epochs: number;
  /** Its initial learning rate. */
  readonly learningRate: number;
  /** Epochs, from 0, at which the rate is divided by 10. */
  readonly milestones: readonly number[];
  /** Clips a step. */
  readonly batchSize: number;
  /** Which epoch's accuracy counts. */
  readonly selectBy: SelectionRule;
}

/** The linear probe of a recipe. */
export interface LinearRecipe extends ClassifierRecipe {
  /** What the probe sees of training clips; 'fixed-centre', the evaluation view, unless given. */
  readonly crops?: Crops;
}
