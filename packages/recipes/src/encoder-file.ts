import { onStream } from '@halp/encoders';
import { FormatError, parseSafetensorsHeader } from '@halp/files';
import { loadLayer, saveLayer } from '@halp/nn';
import { createRandom } from '@halp/random';
import { layoutOf, type Stream } from '@halp/skeleton';
import { parseManifest, type RunManifest } from '@halp/train';
import { buildEncoder } from './build-encoder.ts';
import type { StreamEncoder } from './build.ts';
import { trainedOn, type TrainedOn } from './clips/trained-on.ts';
import { recipeOfManifest } from './check/check-recipe.ts';
import type { Recipe } from './recipe.ts';

/** An encoder, and what it was made from. */
export interface EncoderFile extends StreamEncoder {
  /** The manifest of its run. */
  readonly manifest: RunManifest;
  /** The recipe of its run. */
  readonly recipe: Recipe;
  /** The epochs of training that it had. */
  readonly epoch: number;
  /** What the encoder was trained on: how clips that it is shown are prepared; undefined where no run says it. */
  readonly trained: TrainedOn | undefined;
}

/**
 * The bytes of a safetensors file with an encoder and all that is needed to make it again elsewhere.
 *
 * The tensors have the names of the encoder's parameters and buffers. The metadata are texts: `recipe`, its name;
 * `layout`; `stream`; `epoch`; and `manifest`, that of the run with the whole recipe, as JSON.
 */
export async function formatEncoderFile({
  encoder,
  stream,
  manifest,
  epoch,
}: Omit<EncoderFile, 'recipe' | 'trained'>): Promise<Uint8Array> {
  const { name, data } = manifest.recipe as Recipe;
  return saveLayer(encoder, {
    ...{ recipe: name, layout: data.layout, stream, epoch: String(epoch) },
    manifest: JSON.stringify(manifest),
  });
}

/**
 * The encoder in the bytes of a file that {@link formatEncoderFile} or `halp export --format safetensors` has written;
 * it takes joints and makes its stream of them. Whoever calls disposes it.
 *
 * @param path The file's name, for error messages.
 * @throws FormatError if the bytes are no such file, {@link checkRecipe} refuses the recipe in it, or its tensors are not those of its recipe's encoder.
 */
export function parseEncoderFile(bytes: Uint8Array, path: string): EncoderFile {
  const { metadata } = parseSafetensorsHeader(bytes, path);
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
  const own = buildEncoder(recipe, createRandom(0));
  const encoder = stream === 'joint' ? own : onStream(own, stream, layoutOf(recipe.data.layout));
  try {
    loadLayer(encoder, bytes, path);
  } catch (error) {
    encoder.dispose();
    throw error;
  }
  return { stream, encoder, manifest, recipe, epoch, trained };
}

function manifestOf(metadata: Readonly<Record<string, string>>, path: string): RunManifest {
  const text = metadata['manifest'];
  if (text !== undefined) return parseManifest(text, path);
  throw new FormatError(
    path,
    'expected the manifest of a run in the metadata, got none; write the file with halp export RUN --format safetensors',
  );
}

/** The recipe, whose encoder these packages can make: a file brings no code. */
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
