import { isBuiltin } from 'node:module';
import { isAbsolute } from 'node:path';
import { modulesOf, type Recipe, type RecipeModule } from '@halp/recipes';
import type { RunFolder } from '@halp/train/node';
import { note, type Say } from './events.ts';
import { type ChangedModule, changedModules } from './module-records.ts';

/** Which modules outside of these packages may be loaded. */
export interface ModuleTrust {
  /** Whether modules that only a run's manifest names are loaded, by `file:` URL, path or package name. Default: false. */
  readonly allowModules?: boolean | undefined;
  /**
   * A recipe that the caller gave: its modules are the caller's own and need no `allowModules`, unless their files have
   * changed since the run started.
   */
  readonly ownRecipe?: Recipe | undefined;
}

/**
 * The modules that an evaluation of a run may import. Encoders and views check their imports against this list.
 *
 * A run folder is data: a module that only the folder names is not executed.
 *
 * @param recipe - The recipe of the run, with the settings of the evaluation.
 * @throws RangeError if the run names a module that is neither the caller's own nor allowed; the message names it.
 */
export async function modulesOfRun(
  run: RunFolder,
  recipe: Recipe,
  { allowModules = false, ownRecipe }: ModuleTrust,
  say: Say,
): Promise<readonly string[]> {
  const named = modulesOf(recipe).filter(({ evaluates }) => evaluates);
  if (named.length === 0) return [];
  const changed = await changedModules(run.manifest.modules ?? []);
  const own = ownRecipe === undefined ? [] : modulesOf(ownRecipe).map(({ module }) => module);
  const isOwn = ({ module }: RecipeModule): boolean =>
    own.includes(module) && changed.every((each) => each.module !== module);
  const foreign = named.filter((each) => !isOwn(each));
  if (foreign.length > 0 && !allowModules) throw refusal(run.path, foreign, changed);
  for (const { module, where } of foreign) {
    const problem = notImportable(module);
    if (problem !== undefined) {
      throw new RangeError(
        `${run.path}: expected ${where} as a file: URL, an absolute path or a package name, got ${problem}, ${module}`,
      );
    }
    note(say, `${run.path}: loading the module ${module}, which its manifest names (${where})`);
  }
  for (const each of changed) note(say, `${run.path}: ${describeChange(each)}`);
  return named.map(({ module }) => module);
}

/** A changed module in words. */
export function describeChange({ module, where, sha256, now }: ChangedModule): string {
  const is = now === undefined ? 'cannot be read' : `has SHA-256 ${now.slice(0, 12)}…`;
  return `${module} (${where}) ${is}; it had ${(sha256 as string).slice(0, 12)}… when the run started`;
}

function refusal(
  path: string,
  foreign: readonly RecipeModule[],
  changed: readonly ChangedModule[],
): RangeError {
  const modules = foreign.map(({ module, where }) => `${module} (${where})`).join(', ');
  const changes = changed.map((each) => `; ${describeChange(each)}`).join('');
  return new RangeError(
    `${path}: expected a run without modules, got ${modules}: code that its manifest names and that would run ` +
      `with your rights${changes}; if you trust it, add option allowModules`,
  );
}

/** Why a module that only a manifest names is never imported; undefined if it can be allowed. */
function notImportable(module: string): string | undefined {
  if (isAbsolute(module)) return undefined;
  if (URL.canParse(module)) {
    const { protocol, host } = new URL(module);
    if (protocol !== 'file:') return `a ${protocol} URL`;
    return host === '' ? undefined : 'a file on another machine';
  }
  if (isBuiltin(module)) return 'a built-in module of Node';
  const isPackage = /^(@[\w.~-]+\/)?[\w~-][\w.~-]*(\/[\w.~-]+)*$/.test(module);
  return isPackage && !module.split('/').includes('..') ? undefined : 'none of them';
}
