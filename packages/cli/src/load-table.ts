import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { checkTable, type TablePlan } from '@halp/recipes';

/**
 * The table that a module exports as `table`.
 *
 * @param name The path of the module, its path under `examples/` without `.ts`, or a folder there with a `table.ts`.
 * @throws RangeError if there is no such module it exports no table, or `checkTable` refuses it.
 */
export async function loadTable(name: string): Promise<TablePlan> {
  const candidates = [
    resolve(name),
    resolve('examples', `${name}.ts`),
    resolve('examples', name, 'table.ts'),
  ];
  for (const path of candidates.filter((candidate) => /\.[cm]?[jt]s$/.test(candidate))) {
    if (!(await exists(path))) continue;
    const module = (await import(pathToFileURL(path).href)) as { table?: unknown };
    if (module.table === undefined)
      throw new RangeError(`reproduce: expected ${path} to export 'table'`);
    return checkTable(module.table);
  }
  throw new RangeError(
    `reproduce: expected a table, got '${name}'; there is no ${candidates.join(' and no ')}`,
  );
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
