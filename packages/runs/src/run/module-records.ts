import { createHash } from 'node:crypto';
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readRegularFile } from '@halp/files/node';
import { modulesOf, type Recipe } from '@halp/recipes';
import type { ModuleRecord } from '@halp/train';

/**
 * The current state of the modules that a recipe names: the field that names each, its file, and the file's SHA-256.
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

/** A module of a recipe whose file has changed since the run started. */
export interface ChangedModule extends ModuleRecord {
  /** The SHA-256 of the file now; undefined if it cannot be read. */
  readonly now: string | undefined;
}

/** The modules of a run whose files have changed since it started. */
export async function changedModules(
  recorded: readonly ModuleRecord[],
): Promise<readonly ChangedModule[]> {
  const hashed = await Promise.all(
    recorded.map(async (record) => {
      const path = pathOf(record.module);
      return { ...record, now: path === undefined ? undefined : await hashOf(path) };
    }),
  );
  return hashed.filter(({ sha256, now }) => sha256 !== undefined && sha256 !== now);
}

/** The file of a module; undefined if it is not a file. */
function pathOf(module: string): string | undefined {
  if (isAbsolute(module)) return module;
  try {
    const url = URL.canParse(module) ? module : import.meta.resolve(module);
    return url.startsWith('file:') ? fileURLToPath(url) : undefined;
  } catch {
    // The import fails too, with its own message.
    return undefined;
  }
}

async function hashOf(path: string): Promise<string | undefined> {
  const bytes = await readRegularFile(path).catch(() => undefined);
  return bytes && createHash('sha256').update(bytes).digest('hex');
}
