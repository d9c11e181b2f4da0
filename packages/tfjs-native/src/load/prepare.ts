import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import util from 'node:util';
import { requireTexts } from '../machine/arguments.ts';
import type { NativePackage } from '../machine/locate.ts';
import { librariesBefore, startupAddon } from './binding.ts';

/**
 * Prepares this process for loading a package: adds to Node's `util` the two functions that the packages call and
 * Node has removed (23) or deprecated (22), and loads the CUDA libraries of the package's binding, so that
 * TensorFlow finds them by name. Call it before the package is loaded; further calls have no effect.
 *
 * @returns The libraries that could not be loaded, as `path: reason`.
 */
export function prepareNative(found: NativePackage): readonly string[] {
  requireTexts('prepareNative', 'a package that locateNative found', found, ['folder', 'binding']);
  Object.assign(util, {
    isArray: Array.isArray,
    isNullOrUndefined: (value: unknown) => value === null || value === undefined,
  });
  const [list, addon] = [librariesBefore(found), startupAddon(found)];
  const paths = existsSync(list) ? (JSON.parse(readFileSync(list, 'utf8')) as string[]) : [];
  if (paths.length === 0) return [];
  const startup = createRequire(import.meta.url)(addon) as { load(paths: string[]): string[] };
  return startup.load(paths);
}
