import { stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { importAdvice, importFailure } from '@halp/random/check';

/** What is imported from a module. */
export interface ModuleWanted {
  /** The calling function, for error messages. */
  readonly caller: string;
  /** The name of the export. */
  readonly name: string;
  /** What the user can give instead, for error messages. */
  readonly instead: string;
  /** The SHA-256 of the file. Default: unknown; Node then returns what it imported from that path before. */
  readonly sha256?: string | undefined;
}

/** Whether a name is the path of a module. */
export function isModulePath(name: string): boolean {
  return /\.[cm]?[jt]s$/.test(name);
}

/**
 * Imports a module of the user and returns one of its exports. This runs the module's code.
 *
 * @param path - An absolute path.
 * @throws RangeError if there is no such file, its import fails, or it lacks the export.
 */
export async function exportOf(
  path: string,
  { caller, name, instead, sha256 }: ModuleWanted,
): Promise<unknown> {
  const wrong = (got: string, advice: string, cause?: unknown): RangeError =>
    new RangeError(
      `${caller}: expected a module that exports '${name}', got ${got}; ${advice}`,
      cause === undefined ? {} : { cause },
    );
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw wrong(`nothing at ${path}`, `give ${instead}`);
  if (found.isDirectory()) throw wrong(`the folder ${path}`, `give ${instead}`);
  let module: Readonly<Record<string, unknown>>;
  try {
    // Node imports an address once: the content is a part of it, so that a changed file is imported again.
    const version = sha256 === undefined ? '' : `?sha256=${sha256}`;
    module = (await import(`${pathToFileURL(path).href}${version}`)) as typeof module;
  } catch (error) {
    const got = `an error while ${path} was imported: ${importFailure(error)}`;
    throw wrong(got, adviceFor(path, error), error);
  }
  if (module[name] !== undefined) return module[name];
  const others = Object.keys(module);
  const got = `${path} with ${others.length === 0 ? 'no exports' : others.join(', ')}`;
  throw wrong(got, `add 'export const ${name} = …'`);
}

function adviceFor(path: string, error: unknown): string {
  const { code } = (error ?? {}) as { readonly code?: unknown };
  return code === 'ERR_UNKNOWN_FILE_EXTENSION'
    ? `this version of Node cannot run ${extname(path)}: compile it to JavaScript, or start halp with npx tsx`
    : importAdvice(error);
}
