import { readRawClips, type ReadRawClipsOptions } from '@halp/data/node';
import { clipForRecipe, type ClipForRecipe, type Recipe, type TrainedOn } from '@halp/recipes';

/** A clip of a file as an encoder takes it. */
export interface ReadForRecipe extends ClipForRecipe {
  /** What it is called: in the file, or as the file. */
  readonly name: string;
}

/**
 * The clips of a file as the recipe's evaluation view takes them: the numbers that the same clips of a prepared set have;
 * see `clipForRecipe` of `@halp/recipes`.
 *
 * @param trained What the encoder was trained on; undefined where that is not known.
 * @throws FormatError if the file is missing, of no known format, or refused by its reader.
 * @throws RangeError if its clips cannot be brought into the form that the encoder takes.
 */
export async function readForRecipe(
  recipe: Recipe,
  trained: TrainedOn | undefined,
  file: string,
  options: ReadRawClipsOptions = {},
): Promise<readonly ReadForRecipe[]> {
  const { clips } = await readRawClips(file, options);
  return clips.map((raw) => ({
    name: raw.name,
    ...clipForRecipe(recipe, raw, { path: file, trained }),
  }));
}
