import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { checkRecipe, recipeNamed, type Recipe } from '@halp/recipes';

/**
 * The recipe of that name, or the one that a module exports as `recipe`.
 *
 * A module may train an encoder of its own: its recipe then has `encoder: { kind: 'module', module: import.meta.url, ... }`.
 *
 * @param name A name, or the path of a module (`./mine.js`, `mine.ts`).
 * @throws RangeError if there is no such recipe, the module exports none, or `checkRecipe` refuses it.
 */
export async function loadRecipe(name: string): Promise<Recipe> {
  if (!isModulePath(name)) return recipeNamed(name);
  const { recipe } = (await import(pathToFileURL(resolve(name)).href)) as { recipe?: unknown };
  if (recipe === undefined) {
    throw new RangeError(`expected ${name} to export a recipe as 'recipe', got undefined`);
  }
  return checkRecipe(recipe);
}

/** The file of a recipe that is named by the path of a module, as an option; nothing for one of these packages. */
export function recipeFileOf(name: string): { readonly recipeFile?: string } {
  return isModulePath(name) ? { recipeFile: resolve(name) } : {};
}

function isModulePath(name: string): boolean {
  return /\.[cm]?[jt]s$/.test(name);
}
