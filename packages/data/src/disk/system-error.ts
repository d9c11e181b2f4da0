import { FormatError } from '@halp/files';

/** The system's error code, such as ENOENT. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

/**
 * The result of opening or reading a file of a data set.
 *
 * @throws FormatError if there is no such file; any other error as it is.
 */
export async function requireFile<T>(path: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    throw new FormatError(path, 'expected a file, got nothing at that path');
  }
}
