import { compilePipeline, type Transform } from '@halp/augment';
import { extractFeatures, type FeatureBatch, type Features } from '@halp/protocols';
import { createRandom } from '@halp/random';
import {
  type Classifier,
  type EncoderFile,
  parseClassifier,
  parseEncoderFile,
} from '@halp/recipes';
import { type Clip, type Layout, layoutOf } from '@halp/skeleton';

/** Clips that are encoded at once. */
const BATCH = 30;

/** The bytes of an encoder and of its classifier, and what they are called. */
export interface ModelFiles {
  /** The encoder's file, as `halp export --format safetensors` writes it. */
  readonly encoder: NamedBytes;
  /** The classifier's file of the same run. */
  readonly classifier?: NamedBytes;
}

/** The bytes of a file. */
export interface NamedBytes {
  /** Its name. */
  readonly name: string;
  /** What is in it. */
  readonly bytes: Uint8Array;
}

/** An encoder at work. */
export interface Model extends EncoderFile {
  /** The view of a clip that it takes. */
  readonly view: Transform;
  /** The joints that it takes. */
  readonly layout: Layout;
  /** What names classes by its features, if there is one. */
  readonly classifier: Classifier | undefined;
}

/**
 * Makes an encoder of files, on the backend that runs now.
 *
 * @throws FormatError where a file is not what it should be.
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

/** The features of clips, each in the encoder's view, with their labels; zeros unless given. */
export async function featuresOf(
  { encoder, view }: Model,
  clips: readonly Clip[],
  labels: Int32Array = new Int32Array(clips.length),
): Promise<Features> {
  const batches: FeatureBatch[] = [];
  for (let start = 0; start < clips.length; start += BATCH) {
    // The view of evaluation draws no numbers.
    const views = clips.slice(start, start + BATCH).map((clip) => view(clip, createRandom(0)));
    batches.push({ ...stacked(views), labels: labels.slice(start, start + BATCH) });
  }
  return extractFeatures(encoder, batches);
}

/** Clips of one shape as one array. */
function stacked(clips: readonly Clip[]): Pick<FeatureBatch, 'views' | 'shape'> {
  const { shape, data } = clips[0] as Clip;
  const all = new Float32Array(clips.length * data.length);
  clips.forEach((clip, i) => all.set(clip.data, i * data.length));
  return { views: [all], shape: [clips.length, ...shape] };
}
