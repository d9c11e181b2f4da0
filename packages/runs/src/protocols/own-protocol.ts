import type { Dataset, Part } from '@halp/data';
import type { Evaluation, FeatureBatch, Interval } from '@halp/protocols';
import type { Random } from '@halp/random';
import type { ProtocolModuleOptions, Recipe, StreamEncoder } from '@halp/recipes';
import type { PartFeatures } from '../features/part-features.ts';

/** What a user's protocol can use. Nothing is computed or read before it is called for. */
export interface OwnProtocolInput {
  /** The recipe of the run, with the settings of this evaluation. */
  readonly recipe: Recipe;
  /** The names of the classes; a label is an index into them. */
  readonly classes: readonly string[];
  /**
   * The features of a part in the recipe's evaluation view, `fused.features` `[n, D]` with `fused.labels` `[n]`; of a run
   * with several streams their mean, and each stream's own in `streams`. Computed once for all protocols.
   */
  readonly features: (part: Part) => Promise<PartFeatures>;
  /** The subject of each clip of a part, `[n]`, in the order of the features. */
  readonly subjects: (part: Part) => Promise<Int32Array>;
  /** The clips of a part, converted to the input of the encoder. It is closed after the protocol. */
  readonly dataset: (part: Part) => Promise<Dataset>;
  /** The clips of a part as batches in the recipe's evaluation view, in the order of the features. */
  readonly batches: (part: Part) => AsyncIterable<FeatureBatch>;
  /** The encoders with the weights of the run, as a copy that can be trained. It is disposed after the protocol. */
  readonly encoders: () => Promise<readonly StreamEncoder[]>;
  /** Writes a line about the progress. */
  readonly note: (text: string) => void;
  /** Stops the evaluation; pass it on, or call `throwIfAborted` between two steps. */
  readonly signal?: AbortSignal | undefined;
}

/** What a user's protocol returns. */
export type OwnProtocolResult = OwnFigure | OwnPredictions;

/** A number. */
export interface OwnFigure {
  /** The name of the metric, such as `mAP`. */
  readonly metric: string;
  /** Its value, a fraction in `[-1, 1]`; it is printed in percent. */
  readonly value: number;
  /** Its 95 % interval. Default: none. */
  readonly interval?: Interval | undefined;
  /** Further numbers by name, which are saved and printed as they are. Default: none. */
  readonly metrics?: Readonly<Record<string, number>> | undefined;
}

/** Predictions for the test clips; accuracy, interval, confusion and accuracies by class follow from them. */
export type OwnPredictions = {
  /** Further numbers by name, which are saved and printed as they are. Default: none. */
  readonly metrics?: Readonly<Record<string, number>> | undefined;
} & (
  | {
      /** `[n]`, the predicted class of each test clip. */
      readonly predictions: Int32Array;
    }
  | {
      /** `[n, classes]`, row-major; the largest is the prediction. */
      readonly scores: Float32Array;
    }
);

/**
 * A user's protocol: the function that its module exports as `protocol`.
 *
 * @param options - The options of the request; results with other options are other results.
 * @param input - The encoder's features and the clips.
 * @param rng - The stream of this protocol, from the seed of the run. A protocol that draws from nothing else gives the same
 * result every time.
 */
export type OwnProtocol = (
  options: ProtocolModuleOptions,
  input: OwnProtocolInput,
  rng: Random,
) => OwnProtocolResult | Promise<OwnProtocolResult>;

/** The saved result of a user's protocol. */
export type OwnEvaluation = {
  /** A user's protocol. */
  readonly protocol: 'module';
  /** The name of its file without the extension. */
  readonly name: string;
  /** The options that it got. */
  readonly settings: ProtocolModuleOptions;
  /** Further numbers by name. */
  readonly metrics?: Readonly<Record<string, number>> | undefined;
} & (Evaluation<'module'> | Pick<OwnFigure, 'metric' | 'value' | 'interval'>);
