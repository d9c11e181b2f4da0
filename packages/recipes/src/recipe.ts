import type { Pipeline } from '@halp/augment';
import type { Schedule } from '@halp/nn';
import type { Boundary } from '@halp/positives';
import type { SelectionRule } from '@halp/protocols';
import type { LayoutName, Stream } from '@halp/skeleton';

/** A whole experiment as plain data: what is trained, on what, how, and how it is evaluated. */
export interface Recipe {
  /** The name under which runs of it are known. */
  readonly name: string;
  /** What is read. */
  readonly data: DataRecipe;
  /** What the encoder sees of a clip. */
  readonly stream: Stream;
  /** How the two views of a clip are made. */
  readonly views: {
    /** The view that is trained. */
    readonly query: Pipeline;
    /** The view that it is compared with. */
    readonly key: Pipeline;
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
  readonly objective: MocoRecipe | HalpRecipe;
  /** Stochastic gradient descent with momentum; the decay applies to all parameters. */
  readonly optimizer: {
    /** Of the velocity. */
    readonly momentum: number;
    /** Added to the gradient, as PyTorch does it. */
    readonly weightDecay: number;
  };
  /** The learning rate by epoch. */
  readonly schedule: Schedule;
  /** Clips a step, N; a smaller last batch is dropped. */
  readonly batchSize: number;
  /** The number of epochs of a full run. */
  readonly epochs: number;
  /** How the frozen encoder is evaluated. */
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
}

/** The stepwise or bidirectional GRU of the paper. */
export interface EncoderRecipe {
  /** Which encoder. */
  readonly kind: 'bigru';
  /** Units of each direction, H; the feature has 2H numbers. */
  readonly hidden: number;
  /** Layers. */
  readonly layers: number;
  /** 'stepwise' is what the authors' code computes, see `biGru` of `@halp/encoders`. */
  readonly direction: 'stepwise' | 'bidirectional';
}

/** Momentum contrast with a key queue. */
export interface MocoRecipe {
  /** Which objective. */
  readonly kind: 'moco';
  /** Keys in the queue, K. */
  readonly queueSize: number;
  /** Temperature of InfoNCE. */
  readonly temperature: number;
  /** How much of the key encoder is kept at each step. */
  readonly momentum: number;
}

/** Momentum contrast, and hallucinated positives from an epoch on. */
export interface HalpRecipe extends Omit<MocoRecipe, 'kind'> {
  /** Which objective. */
  readonly kind: 'halp';
  /** The first epoch with the HaLP term, from 0. */
  readonly fromEpoch: number;
  /** Weight of the HaLP term, mu. */
  readonly weight: number;
  /** Hardness: the step is (1 - u) of the way to the boundary, u ~ U(0, lambda). */
  readonly lambda: number;
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

/** The protocols of a recipe, with every setting that can change a number. */
export interface EvaluationRecipe {
  /** The view of a clip from which features are taken. */
  readonly view: Pipeline;
  /** Nearest neighbours. */
  readonly knn: {
    /** Neighbours that vote. */
    readonly k: number;
  };
  /** The linear probe, on features of fixed centre crops. */
  readonly linear: LinearRecipe;
}

/** The linear probe of a recipe. */
export interface LinearRecipe {
  /** Epochs of the probe. */
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
