import {
  expectModuleName,
  importAdvice,
  importFailure,
  type OptionNames,
} from '@halp/random/check';

/** Options of functions that import the modules of a recipe. */
export interface ImportModulesOptions {
  /**
   * The modules that may be imported, as named in the recipe. Modules are code: pass {@link modulesOf} of a recipe that
   * you wrote or trust, and none for a recipe that came as data, such as a run's manifest. Default: none.
   */
  readonly modules?: readonly string[] | undefined;
}

/** The names of {@link ImportModulesOptions}. */
export const importOptionNames: OptionNames<ImportModulesOptions> = { modules: true };

/** A function that a module of a recipe exports. */
export interface WantedExport {
  /** The module, as named in the recipe. */
  readonly module: string;
  /** The name of the export, which is also the recipe's field. */
  readonly name: 'encoder' | 'objective' | 'optimizer';
}

/**
 * The function that a module of a recipe exports. Runs the module's code.
 *
 * @throws RangeError if the module is not in `modules`, or a relative path; nothing is imported then.
 * @throws TypeError if the module does not export such a function, or its import fails.
 */
export async function importExport(
  caller: string,
  { module, name }: WantedExport,
  modules: readonly string[] = [],
): Promise<(...args: never[]) => unknown> {
  if (!modules.includes(module)) {
    throw new RangeError(
      `${caller}: expected an ${name} of this package or an allowed module, got ${module}; it is code: ` +
        'if the recipe is yours, pass { modules: [...] } with its URL',
    );
  }
  expectModuleName(caller, `the module of the ${name}`, module);
  const found = (await imported(caller, { module, name }))[name];
  if (typeof found !== 'function') {
    throw new TypeError(
      `${caller}: expected ${module} to export a function '${name}', got ${typeof found}`,
    );
  }
  return found as (...args: never[]) => unknown;
}

async function imported(
  caller: string,
  { module, name }: WantedExport,
): Promise<Readonly<Record<string, unknown>>> {
  try {
    return (await import(/* @vite-ignore */ module)) as Readonly<Record<string, unknown>>;
  } catch (error) {
    throw new TypeError(
      `${caller}: expected a module that exports '${name}', got an error while ${module} was imported: ` +
        `${importFailure(error)}; ${importAdvice(error)}`,
      { cause: error },
    );
  }
}
