import * as tf from '@tensorflow/tfjs-core';
import { compilePipeline } from '@halp/augment';
import type { RawClip, Recording } from '@halp/data';
import { tensorOfClips } from '@halp/nn';
import { fuseFeatures } from '@halp/protocols';
import { createRandom } from '@halp/random';
import { expectArray, expectInteger, expectOptions } from '@halp/random/check';
import {
  type Classifier,
  type ClassProbability,
  type ClipForRecipe,
  clipForRecipe,
  likeliest,
  rawRecording,
  type Recipe,
  type StreamEncoder,
  type TrainedOn,
} from '@halp/recipes';
import type { Clip } from '@halp/skeleton';

/** What a model is shown: a clip as its reader gives it, see `readRawClips`, or a recording of Kinect v2. */
export type Shown = RawClip | Recording;

/** Features of clips. */
export interface ModelFeatures {
  /** N rows of D numbers, one row a clip. */
  readonly data: Float32Array;
  /** N, the clips, and D, the numbers of a feature. */
  readonly shape: readonly [N: number, D: number];
}

/**
 * A trained encoder with everything that decides which numbers of a clip it sees: how its clips were prepared, which
 * persons are chosen, the joints, the evaluation view.
 */
export interface EncoderModel<Input = Shown> {
  /** What it was trained by. */
  readonly recipe: Recipe;
  /** The epochs of training after which. */
  readonly epoch: number;
  /** D, the numbers of a feature. */
  readonly featureSize: number;
  /**
   * The features of clips as evaluations take them, in their order; of a run of three streams the mean of the streams.
   *
   * @throws RangeError if a clip cannot be brought into the form that the encoder takes.
   */
  embed(clips: readonly Input[]): Promise<ModelFeatures>;
  /** Disposes the encoder. */
  dispose(): void;
}

/** How many classes are named. */
export interface ClassifyClipOptions {
  /** The likeliest of them. Default: all. */
  readonly top?: number | undefined;
}

/** A trained encoder with a linear classifier of its features. */
export interface ClassifierModel<Input = Shown> extends EncoderModel<Input> {
  /** The names of the classes. */
  readonly classes: readonly string[];
  /** What the classifier was learned from and how, in words. */
  readonly origin: string;
  /**
   * The classes of a clip with their probabilities, the likeliest first.
   *
   * @throws RangeError if the clip cannot be brought into the form that the encoder takes.
   */
  classify(clip: Input, options?: ClassifyClipOptions): Promise<readonly ClassProbability[]>;
}

/** What a model is made of. */
export interface ModelParts {
  /** The encoders of its streams; the model owns them. */
  readonly encoders: readonly StreamEncoder[];
  /** What it was trained by. */
  readonly recipe: Recipe;
  /** What it was trained on; undefined where that is not known. */
  readonly trained: TrainedOn | undefined;
  /** The epochs of training. */
  readonly epoch: number;
  /** The modules that the view may import. Default: none. */
  readonly modules?: readonly string[];
}

/** A model, and its two halves: which numbers of a clip are seen, and what an encoder makes of them. */
export interface OpenModel extends EncoderModel {
  /** A clip as the evaluation view takes it. */
  prepared(shown: Shown, path: string): ClipForRecipe;
  /** The features of prepared clips. */
  featuresOf(clips: readonly Clip[]): Promise<ModelFeatures>;
}

/** Clips that are shown to the encoder at once. */
const BATCH = 32;

/** A model of encoders, which are disposed if none can be made. */
export async function modelOf(parts: ModelParts): Promise<OpenModel> {
  const { encoders, recipe, trained, epoch, modules = [] } = parts;
  const [first] = encoders as readonly [StreamEncoder];
  const dispose = (): void => {
    for (const { encoder } of encoders) encoder.dispose();
  };
  const view = await compilePipeline(recipe.evaluation.view, { modules }).catch(
    (error: unknown) => {
      dispose();
      throw error;
    },
  );
  const D = first.encoder.featureSize;
  const prepared = (shown: Shown, path: string): ClipForRecipe =>
    clipForRecipe(recipe, rawOf(shown), { path, trained });
  const featuresOf = async (clips: readonly Clip[]): Promise<ModelFeatures> => {
    const views = clips.map((clip) => view(clip, createRandom(0)));
    const streams = encoders.map(() => new Float32Array(clips.length * D));
    for (let start = 0; start < views.length;) {
      const batch = alikeFrom(views, start);
      const x = tensorOfClips(batch);
      try {
        for (const [s, { encoder }] of encoders.entries()) {
          const features = tf.tidy(() => encoder.apply(x, 'eval'));
          streams[s]?.set(await features.data<'float32'>(), start * D);
          features.dispose();
        }
      } finally {
        x.dispose();
      }
      start += batch.length;
    }
    return { data: meanOf(streams, clips.length), shape: [clips.length, D] };
  };
  return {
    ...{ recipe, epoch, featureSize: D, prepared, featuresOf },
    async embed(clips) {
      expectArray('embed', 'clips in a list', clips);
      return featuresOf(clips.map((shown, i) => prepared(shown, `clip ${i}`).clip));
    },
    dispose,
  };
}

/** A model with a classifier of its features. */
export function withClassifier(model: OpenModel, classifier: Classifier): ClassifierModel {
  const { classes, origin } = classifier;
  return {
    ...model,
    ...{ classes, origin },
    async classify(shown, options = {}) {
      const { top } = expectOptions('classify', options);
      if (top !== undefined) expectInteger('classify', 'top', top, 1);
      const { data } = await model.featuresOf([model.prepared(shown, 'clip').clip]);
      return likeliest(data, classifier, top);
    },
  };
}

function rawOf(shown: Shown): RawClip {
  const { frames, clip } = expectOptions('model', shown, 'a raw clip or a recording') as Partial<
    RawClip & Recording
  >;
  return frames !== undefined && clip === undefined
    ? rawRecording(shown as Recording)
    : (shown as RawClip);
}

/** The clips from `start` on that fit into one batch. */
function alikeFrom(clips: readonly Clip[], start: number): readonly Clip[] {
  const form = clips[start]?.shape.join();
  let end = start + 1;
  while (end < clips.length && end - start < BATCH && clips[end]?.shape.join() === form) end++;
  return clips.slice(start, end);
}

/** The features of the only stream, or the mean of all as evaluations take it. */
function meanOf(streams: readonly Float32Array[], count: number): Float32Array {
  const [only] = streams;
  if (count === 0 || (streams.length === 1 && only !== undefined))
    return only ?? new Float32Array();
  // Labels are asked of every clip; nobody reads these.
  const labels = new Int32Array(count);
  const parts = streams.map((features) => ({ features: { features, labels } }));
  return fuseFeatures(parts, { how: 'mean' }).features;
}
