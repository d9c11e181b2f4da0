import { compilePipeline, type Transform } from '@halp/augment';
import type { ClipBatch } from '@halp/nn';
import { extractFeatures, type FeatureBatch, type Features } from '@halp/protocols';
import { createRandom } from '@halp/random';
import {
  type Classifier,
  type EncoderFile,
  parseClassifier,
  parseEncoderFile,
} from '@halp/recipes';
import { type Clip, type Layout, layoutOf } from '@halp/skeleton';

/** Clips in a batch. */
const BATCH = 30;

/** The files of an encoder and of its classifier. */
export interface ModelFiles {
  /** The encoder's file, as `halp export --format safetensors` writes it. */
  readonly encoder: NamedBytes;
  /** The classifier's file, from the same run. */
  readonly classifier?: NamedBytes;
}

/** A file in memory. */
export interface NamedBytes {
  /** Its name. */
  readonly name: string;
  /** Its content. */
  readonly bytes: Uint8Array;
}

/** A loaded encoder. */
export interface Model extends EncoderFile {
  /** The view that it expects. */
  readonly view: Transform;
  /** The layout that it expects. */
  readonly layout: Layout;
  /** The classifier on its features, if any. */
  readonly classifier: Classifier | undefined;
}

/**
 * Builds an encoder from files on the current backend.
 *
 * @throws FormatError if a file is not a valid encoder or classifier.
 */
export async function openModel({ encoder, classifier }: ModelFiles): Promise<Model> {
  const file = parseEncoderFile(encoder.bytes, encoder.name);
  try {
    return {
      ...file,
      layout: layoutOf(file.recipe.data.layout),
      view: await compilePipeline(file.recipe.evaluation.view),
      classifier:
        classifier && parseClassifier(classifier.bytes, classifier.name, file.encoder.featureSize),
    };
  } catch (error) {
    file.encoder.dispose();
    throw error;
  }
}

/**
 * The features of clips, each in the encoder's evaluation view, with their labels.
 *
 * @param labels - The class of each clip. Default: zeros.
 */
export async function featuresOf(
  { encoder, view }: Model,
  clips: readonly Clip[],
  labels: Int32Array = new Int32Array(clips.length),
): Promise<Features> {
  const batches: FeatureBatch[] = [];
  for (let start = 0; start < clips.length; start += BATCH) {
    // The evaluation view draws no random numbers.
    const views = clips.slice(start, start + BATCH).map((clip) => view(clip, createRandom(0)));
    batches.push({ ...stacked(views), labels: labels.slice(start, start + BATCH) });
  }
  return extractFeatures(encoder, batches);
}

/** Clips of one shape as the view of a batch. */
function stacked(clips: readonly Clip[]): ClipBatch {
  const { shape, data } = clips[0] as Clip;
  const all = new Float32Array(clips.length * data.length);
  clips.forEach((clip, i) => all.set(clip.data, i * data.length));
  return { views: [all], shape: [clips.length, ...shape] };
}
