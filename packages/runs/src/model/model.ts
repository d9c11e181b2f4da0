import * as tf from '@tensorflow/tfjs-core';
import { compilePipeline } from '@halp/augment';
import type { RawClip, Recording } from '@halp/data';
import { tensorOfClips } from '@halp/nn';
import { fuseFeatures } from '@halp/protocols';
import { createRandom } from '@halp/random';
import { expectArray, expectObject } from '@halp/random/check';
import {
  type Classifier,
  type ClassifierModel,
  type ClassifyClipOptions,
  type ClipForRecipe,
  clipForRecipe,
  type EncoderModel,
  likeliest,
  type ModelFeatures,
  type ModelInput,
  rawRecording,
  type Recipe,
  type StreamEncoder,
  type TrainedOn,
} from '@halp/recipes';
import type { Clip } from '@halp/skeleton';
import { checkCall, type OptionChecks } from '../run/check-call.ts';
import { anInteger, optional } from '../run/option-checks.ts';

/** The parts of a model. */
export interface ModelParts {
  /** The encoders of its streams; the model owns them. */
  readonly encoders: readonly StreamEncoder[];
  /** The recipe of its training. */
  readonly recipe: Recipe;
  /** The data it was trained on; undefined if unknown. */
  readonly trained: TrainedOn | undefined;
  /** The number of epochs it was trained for. */
  readonly epoch: number;
  /** The modules that the view may import. Default: none. */
  readonly modules?: readonly string[];
}

/** A model with its two steps: converting a clip to the encoder's input, and computing its features. */
export interface OpenModel extends EncoderModel {
  /** A clip in the form that the evaluation view takes. */
  prepared(input: ModelInput, path: string): ClipForRecipe;
  /** The features of prepared clips. */
  featuresOf(clips: readonly Clip[]): Promise<ModelFeatures>;
}

/** Clips in a batch. */
const BATCH = 32;

/** A model of these encoders; they are disposed if it cannot be made. */
export async function modelOf(parts: ModelParts): Promise<OpenModel> {
  const { encoders, recipe, trained, epoch, modules = [] } = parts;
  const [first] = encoders as readonly [StreamEncoder];
  let isDisposed = false;
  const dispose = (): void => {
    if (isDisposed) return;
    isDisposed = true;
    for (const { encoder } of encoders) encoder.dispose();
  };
  const view = await compilePipeline(recipe.evaluation.view, { modules }).catch(
    (error: unknown) => {
      dispose();
      throw error;
    },
  );
  const D = first.encoder.featureSize;
  const prepared = (input: ModelInput, path: string): ClipForRecipe =>
    clipForRecipe(recipe, rawOf(input), { path, trained });
  const featuresOf = async (clips: readonly Clip[]): Promise<ModelFeatures> => {
    if (isDisposed) {
      throw new Error('model: expected a model in use, got a disposed one; load it again');
    }
    const views = clips.map((clip) => view(clip, createRandom(0)));
    const streams = encoders.map(() => new Float32Array(clips.length * D));
    for (let start = 0; start < views.length;) {
      const batch = batchFrom(views, start);
      const x = tensorOfClips(batch);
      try {
        for (const [s, { encoder }] of encoders.entries()) {
          const features = tf.tidy(() => encoder.apply(x, { mode: 'eval' }));
          streams[s]?.set(await features.data<'float32'>(), start * D);
          features.dispose();
        }
      } finally {
        x.dispose();
      }
      start += batch.length;
    }
    const data = meanOf(streams, clips.length);
    const broken = data.findIndex((value) => !Number.isFinite(value));
    if (broken >= 0) {
      throw new RangeError(
        `embed: expected finite features, got ${data[broken]} for clip ${Math.floor(broken / D)}; ` +
          'check the weights of the encoder and the coordinates of the clip',
      );
    }
    return { data, shape: [clips.length, D] };
  };
  return {
    ...{ recipe, epoch, featureSize: D, prepared, featuresOf },
    async embed(clips) {
      expectArray('embed', 'clips in a list', clips);
      return featuresOf(clips.map((input, i) => prepared(input, `clip ${i}`).clip));
    },
    dispose,
  };
}

const classifyChecks: OptionChecks<ClassifyClipOptions> = { top: optional(anInteger(1)) };

/** A model with a classifier on its features. */
export function withClassifier(model: OpenModel, classifier: Classifier): ClassifierModel {
  const { classes, origin } = classifier;
  return {
    ...model,
    ...{ classes, origin },
    async classify(input, options = {}) {
      checkCall('classify', options, classifyChecks);
      const { data } = await model.featuresOf([model.prepared(input, 'clip').clip]);
      return likeliest(data, classifier, options.top);
    },
  };
}

function rawOf(input: ModelInput): RawClip {
  const what = 'a raw clip or a recording';
  const given = expectObject('model', input, what) as Partial<RawClip & Recording>;
  if (Array.isArray(given.frames) && given.clip === undefined) {
    return rawRecording(input as Recording);
  }
  for (const part of [given.clip, given.preparation]) {
    if (typeof part !== 'object')
      throw new TypeError(`model: expected ${what}, got another object`);
  }
  return input as RawClip;
}

/** The clips from `start` on that form one batch: equal shapes, at most {@link BATCH}. */
function batchFrom(clips: readonly Clip[], start: number): readonly Clip[] {
  const shape = clips[start]?.shape.join();
  let end = start + 1;
  while (end < clips.length && end - start < BATCH && clips[end]?.shape.join() === shape) end++;
  return clips.slice(start, end);
}

/** The features of the only stream, or the mean of several, as in evaluations. */
function meanOf(streams: readonly Float32Array[], count: number): Float32Array {
  const [only] = streams;
  if (count === 0 || (streams.length === 1 && only !== undefined))
    return only ?? new Float32Array();
  // Required by the type; not used.
  const labels = new Int32Array(count);
  const parts = streams.map((features) => ({ features: { features, labels } }));
  return fuseFeatures(parts, { how: 'mean' }).features;
}
