import { resolve } from 'node:path';
import { expectText } from '@halp/random/check';
import { type Recipe, recipeNamed } from '@halp/recipes';
import { exportOf, isModulePath } from './load-module.ts';
import { recipeFrom } from './resolve-modules.ts';

const WANTED = {
  caller: 'loadRecipe',
  name: 'recipe',
  instead: 'a recipe of @halp/recipes, such as nw-ucla-halp, or the path of a module',
};

/**
 * The recipe of that name, or the one that a module exports as `recipe`.
 *
 * An encoder, objective, optimizer or pipeline step of your own is a module: `{ kind: 'module', module: './mine.ts', ... }`,
 * with a path relative to the recipe's file.
 *
 * @param name - A name, or the path of a module (`./mine.js`, `mine.ts`).
 * @throws RangeError if there is no such recipe or module, its import fails, it exports none, or `checkRecipe` rejects it.
 */
export async function loadRecipe(name: string): Promise<Recipe> {
  expectText('loadRecipe', 'the name of a recipe or the path of a module', name);
  if (!isModulePath(name)) return recipeNamed(name);
  const file = resolve(name);
  return recipeFrom(await exportOf(file, WANTED), file);
}

/** The absolute path of a recipe that is given as a module; undefined if it is given by name. */
export function recipeFileOf(name: string): string | undefined {
  return isModulePath(name) ? resolve(name) : undefined;
}
