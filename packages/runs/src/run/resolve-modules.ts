import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isRelativeModule } from '@halp/random/check';
import { checkRecipe, type Recipe } from '@halp/recipes';

/**
 * A recipe or table with every relative module path (`./mine.ts`, `../steps/own.js`) as the `file:` URL that it has
 * relative to `file`. Other names of modules, and the options of modules, stay as they are.
 *
 * @param value - The recipe or table, not checked yet.
 * @param file - The absolute path of the module that it was read from.
 */
export function withResolvedModules(value: unknown, file: string): unknown {
  if (Array.isArray(value)) return value.map((each) => withResolvedModules(each, file));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value as Readonly<Record<string, unknown>>);
  const isModule = (value as { readonly kind?: unknown }).kind === 'module';
  return Object.fromEntries(
    entries.map(([key, each]) => {
      if (!isModule) return [key, withResolvedModules(each, file)];
      const isRelative = key === 'module' && isRelativeModule(each);
      return [key, isRelative ? new URL(each, pathToFileURL(file)).href : each];
    }),
  );
}

/**
 * A checked recipe whose modules can be imported from anywhere.
 *
 * @param value - The recipe, not checked yet.
 * @param file - The path of the file that it was read from, to which its modules are relative.
 * @throws RangeError if `checkRecipe` rejects it; without a file also for a relative path of a module.
 */
export function recipeFrom(value: unknown, file: string | undefined): Recipe {
  return checkRecipe(file === undefined ? value : withResolvedModules(value, resolve(file)));
}
