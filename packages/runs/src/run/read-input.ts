import { stat } from 'node:fs/promises';
import { FormatError } from '@halp/files';
import { readRegularFile } from '@halp/files/node';

/**
 * The result of an operation on a file or folder that the user gave, with clear errors if it is missing.
 *
 * @param what - What was expected there, for error messages, such as `the plan of a sweep`.
 * @throws FormatError if nothing is there, or a folder in place of a file; other errors unchanged.
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

/** The bytes of a file that the user gave. @throws FormatError, Error as {@link present}. */
export function readInput(path: string, what: string): Promise<Uint8Array> {
  return present(path, what, readRegularFile(path));
}

/** The text of a file that the user gave. @throws FormatError, Error as {@link present}. */
export function readInputText(path: string, what: string): Promise<string> {
  return present(path, what, readRegularFile(path, 'utf8'));
}

/** Whether there is a folder at a path that the user gave. @throws FormatError, Error as {@link present}. */
export async function isFolder(path: string, what: string): Promise<boolean> {
  return (await present(path, what, stat(path))).isDirectory();
}

const ABSENCES: ReadonlyMap<unknown, string> = new Map([
  ['ENOENT', 'nothing at that path'],
  ['ENOTDIR', 'nothing at that path'],
  ['EISDIR', 'a folder'],
]);

function absence(error: unknown): string | undefined {
  return ABSENCES.get((error as NodeJS.ErrnoException | undefined)?.code);
}
