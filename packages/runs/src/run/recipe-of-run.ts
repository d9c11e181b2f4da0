import { join } from 'node:path';
import { type Recipe, recipeOfManifest } from '@halp/recipes';
import type { RunFolder } from '@halp/train/node';

/**
 * The recipe of a run, checked by `checkRecipe`.
 *
 * @throws FormatError with the path of the run's manifest and one line for each fault of the recipe.
 */
export function recipeOfRun({ path, manifest }: Pick<RunFolder, 'path' | 'manifest'>): Recipe {
  return recipeOfManifest(manifest, join(path, 'manifest.json'));
}
