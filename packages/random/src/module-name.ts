import { gotText } from './arguments.ts';

/** How a module is named in a checked recipe or table, for error messages. */
export const MODULE_NAME =
  'a file: URL, an absolute path or a package name (loadRecipe, loadTable and option recipeFile resolve a path relative to a file)';

/** Whether a text is a path relative to the file that it stands in: `./mine.ts`, `../steps/own.js`. */
export function isRelativeModule(module: unknown): module is string {
  return typeof module === 'string' && /^\.\.?(?:[\\/]|$)/.test(module);
}

/**
 * Throws unless a module can be imported from anywhere.
 *
 * @param what - the field that names it, for the message.
 * @throws TypeError for anything else than a text.
 * @throws RangeError for an empty text or a relative path, which an import would resolve relative to the importing package.
 */
export function expectModuleName(caller: string, what: string, module: string): void {
  if (typeof module === 'string' && module !== '' && !isRelativeModule(module)) return;
  const Kind = typeof module === 'string' ? RangeError : TypeError;
  throw new Kind(`${caller}: expected ${MODULE_NAME} as ${what}, got ${gotText(module)}`);
}
