import { createHash } from 'node:crypto';
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readRegularFile } from '@halp/files/node';
import { modulesOf, type Recipe } from '@halp/recipes';
import type { ModuleRecord } from '@halp/train';

/**
 * The modules that a recipe names as they are now: where each is named, its file and the SHA-256 of that.
 *
 * @param recipeFile - The file that the recipe was read from, if any.
 */
export async function moduleRecords(recipe: Recipe, recipeFile?: string): Promise<ModuleRecord[]> {
  return Promise.all(
    modulesOf(recipe).map(async ({ where, module }): Promise<ModuleRecord> => {
      const path = pathOf(module);
      if (path === undefined) return { where, module };
      return {
        ...{ where, module, path },
        relative: recipeFile && relative(dirname(resolve(recipeFile)), path),
        sha256: await hashOf(path),
      };
    }),
  );
}

/** A module of a recipe whose file is not what it was when the run began, and the first digits of both hashes. */
export interface ChangedModule extends ModuleRecord {
  /** The SHA-256 of the file now; undefined where it cannot be read. */
  readonly now: string | undefined;
}

/** Those of a run's modules whose files are not what they were when it began. */
export async function changedModules(
  recorded: readonly ModuleRecord[],
): Promise<readonly ChangedModule[]> {
  const looked = await Promise.all(
    recorded.map(async (record) => {
      const path = pathOf(record.module);
      return { ...record, now: path === undefined ? undefined : await hashOf(path) };
    }),
  );
  return looked.filter(({ sha256, now }) => sha256 !== undefined && sha256 !== now);
}

/** The file of a module, as far as it is one. */
function pathOf(module: string): string | undefined {
  if (isAbsolute(module)) return module;
  try {
    const url = URL.canParse(module) ? module : import.meta.resolve(module);
    return url.startsWith('file:') ? fileURLToPath(url) : undefined;
  } catch {
    // What cannot be found cannot be imported either, which says so.
    return undefined;
  }
}

async function hashOf(path: string): Promise<string | undefined> {
  const bytes = await readRegularFile(path).catch(() => undefined);
  return bytes && createHash('sha256').update(bytes).digest('hex');
}
