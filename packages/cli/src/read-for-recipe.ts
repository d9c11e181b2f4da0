import { readFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { parseNtuSkeleton } from '@halp/data';
import { readClips } from '@halp/data/node';
import { clipForRecipe, recordingForRecipe, type Recipe } from '@halp/recipes';
import { layoutOf, type Clip } from '@halp/skeleton';

/**
 * The clips of a file as the recipe's evaluation view takes them: joints mapped, persons added or left out, coordinates
 * as the recipe has them.
 *
 * @throws FormatError if the file is missing, of no known format, or refused by its reader.
 */
export async function readForRecipe(
  recipe: Recipe,
  file: string,
): Promise<readonly { readonly name: string; readonly clip: Clip }[]> {
  if (recipe.data.axes === 'camera' && extname(file).toLowerCase() === '.skeleton') {
    const recording = parseNtuSkeleton(await readFile(file), file);
    return [
      { name: basename(file, '.skeleton'), clip: recordingForRecipe(recipe, recording, file) },
    ];
  }
  const { clips, layout } = await readClips(file);
  return clips.map(({ name, clip }) => ({
    name,
    clip: clipForRecipe(recipe, clip, layoutOf(layout), file),
  }));
}
