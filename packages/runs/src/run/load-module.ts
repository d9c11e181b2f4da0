import { stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { importFailure } from '@halp/random/check';

/** What a module is imported for. */
export interface ModuleWanted {
  /** The command, for error messages. */
  readonly caller: string;
  /** The name under which the module exports it. */
  readonly name: string;
  /** What to name instead, for error messages. */
  readonly instead: string;
}

/** Whether a name is the path of a module. */
export function isModulePath(name: string): boolean {
  return /\.[cm]?[jt]s$/.test(name);
}

/**
 * What a module of the caller's exports under a name. Its code is run.
 *
 * @param path - An absolute path.
 * @throws RangeError in one line if there is no such file, its import fails, or it has no such export.
 */
export async function exportOf(
  path: string,
  { caller, name, instead }: ModuleWanted,
): Promise<unknown> {
  const wrong = (got: string, advice: string, cause?: unknown): RangeError =>
    new RangeError(
      `${caller}: expected a module that exports '${name}', got ${got}; ${advice}`,
      cause === undefined ? {} : { cause },
    );
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw wrong(`nothing at ${path}`, `name ${instead}`);
  if (found.isDirectory()) throw wrong(`the folder ${path}`, `name ${instead}`);
  let module: Readonly<Record<string, unknown>>;
  try {
    module = (await import(pathToFileURL(path).href)) as Readonly<Record<string, unknown>>;
  } catch (error) {
    const got = `an error while ${path} was imported: ${importFailure(error)}`;
    throw wrong(got, adviceFor(path, error), error);
  }
  if (module[name] !== undefined) return module[name];
  const others = Object.keys(module);
  const got = `${path} with ${others.length === 0 ? 'no exports' : others.join(', ')}`;
  throw wrong(got, `write 'export const ${name} = …' in it`);
}

function adviceFor(path: string, error: unknown): string {
  const { code } = (error ?? {}) as { readonly code?: unknown };
  return code === 'ERR_UNKNOWN_FILE_EXTENSION'
    ? `this Node runs no ${extname(path)}: compile it to JavaScript, or start halp with npx tsx`
    : 'correct the module';
}
