import type { Pipeline } from '@halp/augment';
import { onStream } from '@halp/encoders';
import { type Bytes, FormatError, parseSafetensorsHeader, sizeOfShape } from '@halp/files';
import { fileBytes } from '@halp/files/check';
import { loadLayerInto, saveLayer } from '@halp/nn';
import { createRandom } from '@halp/random';
import { layoutOf, type Stream } from '@halp/skeleton';
import { parseManifest, type RunManifest } from '@halp/train';
import type { StreamEncoder } from '../build/build.ts';
import { buildEncoder } from '../build/build-encoder.ts';
import { minParameters } from '../build/min-parameters.ts';
import { recipeOfManifest } from '../check/check-recipe.ts';
import { type TrainedOn, trainedOn } from '../clips/trained-on.ts';
import type { Recipe } from '../recipe/recipe.ts';

/** An encoder with its origin. */
export interface EncoderFile extends StreamEncoder {
  /** The manifest of its run. */
  readonly manifest: RunManifest;
  /** The recipe of its run. */
  readonly recipe: Recipe;
  /** Epochs of training done. */
  readonly epoch: number;
  /** The set that the encoder was trained on, which decides how its input is prepared; undefined if unknown. */
  readonly trained: TrainedOn | undefined;
}

/**
 * The bytes of a safetensors file with an encoder and everything needed to rebuild it elsewhere.
 *
 * The tensors have the names of the encoder's parameters and buffers. The metadata are texts: `recipe`, its name;
 * `layout`; `stream`; `epoch`; and `manifest`, the manifest of the run with the whole recipe, as JSON.
 */
export async function formatEncoderFile({
  encoder,
  stream,
  manifest,
  epoch,
}: Omit<EncoderFile, 'recipe' | 'trained'>): Promise<Uint8Array> {
  const { name, data } = manifest.recipe as Recipe;
  return saveLayer(encoder, {
    ...{ recipe: name, layout: layoutOf(data.layout).name, stream, epoch: String(epoch) },
    manifest: JSON.stringify(manifest),
  });
}

/**
 * The encoder in the bytes of a file by {@link formatEncoderFile} or `halp export --format safetensors`. Its input is
 * joints, from which it computes its stream. The caller disposes it.
 *
 * A file with fewer numbers than the encoder of its recipe is refused before anything is built.
 *
 * @param path - The file's name, for error messages.
 * @throws FormatError if the bytes are not such a file, {@link checkRecipe} refuses the recipe in it, or its tensors are not those of its recipe's encoder.
 */
export function parseEncoderFile(input: Bytes, path: string): EncoderFile {
  const bytes = fileBytes('parseEncoderFile', input);
  const { metadata, entries } = parseSafetensorsHeader(bytes, path);
  const manifest = manifestOf(metadata, path);
  const recipe = recipeOf(manifest, path);
  const trained = trainedOn(manifest);
  const { stream } = metadata;
  if (!isStream(stream)) {
    throw new FormatError(path, `expected the stream joint, motion or bone, got ${stream}`);
  }
  const epoch = Number(metadata['epoch']);
  if (!(Number.isSafeInteger(epoch) && epoch >= 0)) {
    throw new FormatError(path, `expected the epochs of training, got ${metadata['epoch']}`);
  }
  const held = Object.values(entries).reduce((sum, { shape }) => sum + sizeOfShape(shape), 0);
  expectProportion(recipe, held, path);
  const own = buildEncoder(recipe, createRandom(0));
  const encoder = stream === 'joint' ? own : onStream(own, stream, layoutOf(recipe.data.layout));
  try {
    loadLayerInto(encoder, bytes, path);
  } catch (error) {
    encoder.dispose();
    throw error;
  }
  return { stream, encoder, manifest, recipe, epoch, trained };
}

/** Five minutes at 30 frames a second, more than any recipe of this package uses. */
const MOST_FRAMES = 10_000;

/** @throws FormatError if the recipe's encoder or view is too large for the file. */
function expectProportion(recipe: Recipe, held: number, path: string): void {
  const least = minParameters(recipe);
  if (held < least) {
    throw new FormatError(
      path,
      `expected the tensors of its recipe's encoder, at least ${least} numbers, got ${held}; missing: most of them`,
    );
  }
  const frames = mostFrames(recipe.evaluation.view);
  if (frames > MOST_FRAMES) {
    throw new FormatError(
      path,
      `expected an evaluation view of at most ${MOST_FRAMES} frames, got ${frames}`,
    );
  }
}

function mostFrames(view: Pipeline): number {
  const sizes = view.flatMap((step) => {
    if (step.kind === 'one-of') return step.choices.map(({ steps }) => mostFrames(steps));
    return 'size' in step ? [step.size] : [];
  });
  return Math.max(0, ...sizes);
}

function manifestOf(metadata: Readonly<Record<string, string>>, path: string): RunManifest {
  const text = metadata['manifest'];
  if (text !== undefined) return parseManifest(text, path);
  throw new FormatError(
    path,
    'expected the manifest of a run in the metadata, got none; export the run again in the format safetensors',
  );
}

/** The recipe of a manifest; its encoder is not a module, since a file must not load code. */
function recipeOf(manifest: RunManifest, path: string): Recipe {
  const recipe = recipeOfManifest(manifest, path);
  if (recipe.encoder.kind !== 'module') return recipe;
  throw new FormatError(
    path,
    `recipe ${recipe.name}: encoder.kind: expected an encoder of these packages, got the module ${recipe.encoder.module}`,
  );
}

function isStream(text: string | undefined): text is Stream {
  return text === 'joint' || text === 'motion' || text === 'bone';
}
