import { FormatError } from '@halp/files';
import { readRegularFile } from '@halp/files/node';

/**
 * The result of looking at a file or folder that the caller named.
 *
 * @param what - What was expected there, for error messages: `the plan of a sweep`.
 * @throws FormatError if nothing is there, or a folder in place of a file; any other error as it is.
 */
export async function present<T>(path: string, what: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const got = absence(error);
    if (got === undefined) throw error;
    throw new FormatError(path, `expected ${what}, got ${got}`);
  }
}

/** The bytes of a file that the caller named. @throws FormatError, Error as {@link present}. */
export function readInput(path: string, what: string): Promise<Uint8Array> {
  return present(path, what, readRegularFile(path));
}

/** The text of a file that the caller named. @throws FormatError, Error as {@link present}. */
export function readInputText(path: string, what: string): Promise<string> {
  return present(path, what, readRegularFile(path, 'utf8'));
}

const ABSENCES: ReadonlyMap<unknown, string> = new Map([
  ['ENOENT', 'nothing at that path'],
  ['ENOTDIR', 'nothing at that path'],
  ['EISDIR', 'a folder'],
]);

function absence(error: unknown): string | undefined {
  return ABSENCES.get((error as NodeJS.ErrnoException | undefined)?.code);
}
