import { FormatError } from '@halp/files';
import type { RunManifest } from '@halp/train';
import type { Recipe } from '../recipe/recipe.ts';
import { type Fault, faultsOf, linesOf } from './fault.ts';
import { pipelineFaults } from './pipeline-faults.ts';
import { recipeSchema } from './recipe-schema.ts';
import { brokenRules } from './rules.ts';

/**
 * The recipe itself, if it is one: every field known, there, of its type and within its range; its views as
 * `checkPipeline` of `@halp/augment` has them for the joints of its layout; and what fields require of each other:
 *
 * - the queue holds a batch, `newest`, `topK` and `neighbours`, and the newest keys are at least as many as prototypes;
 * - the streams are '3s' for objectives over streams and for no others, and aimclr alone has an extreme view;
 * - no step of `evaluation.view` draws random numbers;
 * - `evaluation.trainView` is there where a protocol draws a new crop in every epoch.
 *
 * What is merely unusual is allowed, such as a milestone after the last epoch.
 *
 * @param recipe - Any value: recipes are data and may come from JavaScript or from a file.
 * @throws RangeError with one line for each fault: `recipe mine: objective.queueSize: expected a positive integer, got
 * '64'`; a misspelt name comes with the nearest known one.
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

/** Everything that is wrong with a recipe; none if it is one. */
export function faultsIn(recipe: unknown): Fault[] {
  const { error } = recipeSchema.safeParse(recipe);
  const own = error === undefined ? [] : faultsOf(error.issues, recipe);
  const faults = [...own, ...pipelineFaults(recipe)];
  return faults.length === 0 ? brokenRules(recipe as Recipe) : faults;
}

function nameOf(recipe: unknown): string {
  const { name } = (recipe ?? {}) as { readonly name?: unknown };
  return typeof name === 'string' ? `recipe ${name}` : 'recipe';
}
