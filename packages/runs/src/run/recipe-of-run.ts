import { join } from 'node:path';
import { type Recipe, recipeOfManifest } from '@halp/recipes';
import type { RunFolder } from '@halp/train/node';

/**
 * The recipe of a run, checked as `checkRecipe` does.
 *
 * @throws FormatError that names the run's manifest, with one line for each fault of the recipe.
 */
export function recipeOfRun({ path, manifest }: Pick<RunFolder, 'path' | 'manifest'>): Recipe {
  return recipeOfManifest(manifest, join(path, 'manifest.json'));
}
