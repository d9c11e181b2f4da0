import type { RawClip, Recording } from '@halp/data';
import type { ClassProbability } from '../files/classifier-file.ts';
import type { Recipe } from '../recipe/recipe.ts';

/** The input of a model: a raw clip as `readRawClips` returns it, or a Kinect v2 recording. */
export type ModelInput = RawClip | Recording;

/** The features of clips. */
export interface ModelFeatures {
  /** N rows of D numbers, one row for each clip. */
  readonly data: Float32Array;
  /** N is the number of clips, D the number of features. */
  readonly shape: readonly [N: number, D: number];
}

/**
 * A trained encoder with everything that determines its input: preparation, selection of persons, joints, and the
 * evaluation view.
 */
export interface EncoderModel<Input = ModelInput> {
  /** The recipe of its training. */
  readonly recipe: Recipe;
  /** The number of epochs it was trained for. */
  readonly epoch: number;
  /** D, the number of features. */
  readonly featureSize: number;
  /**
   * The features of clips, in their order, as evaluations compute them; for a run of three streams their mean.
   *
   * @throws RangeError if a clip cannot be converted to the encoder's input.
   */
  embed(clips: readonly Input[]): Promise<ModelFeatures>;
  /** Disposes the encoder. A second call does nothing; `embed` and `classify` throw after it. */
  dispose(): void;
}

/** How many classes are returned. */
export interface ClassifyClipOptions {
  /** The number of most likely classes. Default: all. */
  readonly top?: number | undefined;
}

/** A trained encoder with a linear classifier on its features. */
export interface ClassifierModel<Input = ModelInput> extends EncoderModel<Input> {
  /** The names of the classes. */
  readonly classes: readonly string[];
  /** How the classifier was trained, in words. */
  readonly origin: string;
  /**
   * The classes of a clip with their probabilities, the most likely first.
   *
   * @throws RangeError if the clip cannot be converted to the encoder's input.
   */
  classify(clip: Input, options?: ClassifyClipOptions): Promise<readonly ClassProbability[]>;
}
