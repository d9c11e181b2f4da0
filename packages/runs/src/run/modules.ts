import { isBuiltin } from 'node:module';
import { isAbsolute } from 'node:path';
import { modulesOf, type Recipe, type RecipeModule } from '@halp/recipes';
import type { RunFolder } from '@halp/train/node';
import { note, type Say } from './events.ts';
import { type ChangedModule, changedModules } from './module-records.ts';

/** Whose code a command may run besides that of these packages. */
export interface ModuleTrust {
  /** Whether the modules that a run's manifest names are imported, by `file:` URL, path or package name. Default: false. */
  readonly allowModules?: boolean | undefined;
  /**
   * A recipe that the caller named: its modules are the caller's own and need no `allowModules`, as long as their files
   * are what they were when the run began.
   */
  readonly ownRecipe?: Recipe | undefined;
}

/**
 * The modules that an evaluation of a run may import; what an encoder or a view loads is checked against them.
 *
 * A run folder is data: nothing that it alone names is executed.
 *
 * @param recipe - That of the run, with what was asked of the evaluation.
 * @throws RangeError if the run names a module that is neither the caller's own nor allowed: which, and whose it is.
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
        `${run.path}: expected ${where} by a file: URL, a path or the name of a package, got ${problem}, ${module}`,
      );
    }
    note(say, `${run.path}: running the code of ${module}, which its manifest names (${where})`);
  }
  for (const each of changed) note(say, `${run.path}: ${describeChange(each)}`);
  return named.map(({ module }) => module);
}

/** How a changed module is said. */
export function describeChange({ module, where, sha256, now }: ChangedModule): string {
  const is = now === undefined ? 'cannot be read' : `has SHA-256 ${now.slice(0, 12)}…`;
  return `${module} (${where}) ${is}, and had ${(sha256 as string).slice(0, 12)}… when the run began`;
}

function refusal(
  path: string,
  foreign: readonly RecipeModule[],
  changed: readonly ChangedModule[],
): RangeError {
  const modules = foreign.map(({ module, where }) => `${module} (${where})`).join(', ');
  const changes = changed.map((each) => `; ${describeChange(each)}`).join('');
  return new RangeError(
    `${path}: expected a run without modules of its own, got ${modules}: code that its manifest names, and that would ` +
      `run with your rights${changes}; if you trust it, add --allow-modules`,
  );
}

/** Why a module that only a manifest names is never imported; undefined if it may be. */
function notImportable(module: string): string | undefined {
  if (isAbsolute(module)) return undefined;
  if (URL.canParse(module)) {
    const { protocol, host } = new URL(module);
    if (protocol !== 'file:') return `a ${protocol} URL`;
    return host === '' ? undefined : 'the file of another machine';
  }
  if (isBuiltin(module)) return 'a module of Node';
  const isPackage = /^(@[\w.~-]+\/)?[\w~-][\w.~-]*(\/[\w.~-]+)*$/.test(module);
  return isPackage && !module.split('/').includes('..') ? undefined : 'no such name';
}
