import { FormatError } from '@halp/files';
import type { RunManifest } from '@halp/train';
import type { Recipe } from '../recipe/recipe.ts';
import { type Fault, faultsOf, linesOf } from './fault.ts';
import { layoutFaults } from './layout-faults.ts';
import { pipelineFaults } from './pipeline-faults.ts';
import { recipeSchema } from './recipe-schema.ts';
import { brokenRules } from './rules.ts';

/**
 * The recipe itself, after checks: every field is known, present, of its type and in its range; its views pass
 * `checkPipeline` of `@halp/augment` for the joints of its layout; and its fields fit each other:
 *
 * - the queue holds at least one batch, `newest`, `topK` and `neighbours`, and `newest` is at least the number of prototypes;
 * - the stream is '3s' for objectives over several streams and only for them; only aimclr has an extreme view;
 * - no step of `evaluation.view` draws random numbers;
 * - `evaluation.trainView` is present if a protocol draws a new crop in every epoch.
 *
 * Unusual values are allowed, such as a milestone after the last epoch.
 *
 * @param recipe - Any value, since recipes may come from JavaScript or from a file.
 * @throws RangeError with one line for each fault: `recipe mine: objective.queueSize: expected a positive integer, got
 * '64'`; for a misspelt name the nearest known one is suggested.
 *
 * @example
 * ```ts
 * const { recipe } = await import('./mine.js');
 * const { objective } = buildTraining(checkRecipe(recipe), createRandom(0));
 * ```
 */
export function checkRecipe(recipe: unknown): Recipe {
  const faults = faultsIn(recipe);
  if (faults.length === 0) return recipe as Recipe;
  throw new RangeError(linesOf(faults, nameOf(recipe)));
}

/**
 * The recipe of a run, checked as {@link checkRecipe} does.
 *
 * @param path - The file that holds the manifest, for error messages.
 * @throws FormatError with one line for each fault.
 */
export function recipeOfManifest({ recipe }: Pick<RunManifest, 'recipe'>, path: string): Recipe {
  const faults = faultsIn(recipe);
  if (faults.length === 0) return recipe as Recipe;
  throw new FormatError(path, linesOf(faults, nameOf(recipe)));
}

/** All faults of a recipe; empty if it is valid. */
export function faultsIn(recipe: unknown): Fault[] {
  const { error } = recipeSchema.safeParse(recipe);
  const own = error === undefined ? [] : faultsOf(error.issues, recipe);
  const faults = [...own, ...layoutFaults(recipe), ...pipelineFaults(recipe)];
  return faults.length === 0 ? brokenRules(recipe as Recipe) : faults;
}

function nameOf(recipe: unknown): string {
  const { name } = (recipe ?? {}) as { readonly name?: unknown };
  return typeof name === 'string' ? `recipe ${name}` : 'recipe';
}
