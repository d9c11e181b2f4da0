import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { expectText } from '@halp/random/check';
import { checkTable, type TablePlan } from '@halp/recipes';
import { exportOf, isModulePath } from '../run/load-module.ts';
import { withResolvedModules } from '../run/resolve-modules.ts';

const WANTED = {
  caller: 'loadTable',
  name: 'table',
  instead: 'a table of examples/, such as nw-ucla, or the path of a module',
};

/**
 * The table that a module exports as `table`.
 *
 * @param name - The path of the module, its path under `examples/` without `.ts`, or a folder there with a `table.ts`.
 * @throws RangeError if there is no such module, its import fails, it exports no table, or `checkTable` rejects it.
 */
export async function loadTable(name: string): Promise<TablePlan> {
  expectText('loadTable', 'the name of a table or the path of a module', name);
  const candidates = [
    resolve(name),
    resolve('examples', `${name}.ts`),
    resolve('examples', name, 'table.ts'),
  ];
  for (const path of candidates.filter(isModulePath)) {
    if (!(await exists(path))) continue;
    return checkTable(withResolvedModules(await exportOf(path, WANTED), path));
  }
  throw new RangeError(
    `loadTable: expected a table, got '${name}'; none of these exists: ${candidates.join(', ')}; ` +
      'give the path of a module that exports `table`, or run this in a clone of the repository, whose examples/ has tables',
  );
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
