import { stat } from 'node:fs/promises';
import { FormatError } from '@halp/files';
import { readRegularFile, readRegularFileSync } from '@halp/files/node';
import { requireFile } from './system-error.ts';

/** Far more than any raw file of the data sets, and short enough for a JavaScript string. */
const MAX_BYTES = 2 ** 28;

/**
 * The bytes of a raw file.
 *
 * @throws FormatError if the file is missing, is not a regular file, or has more than 256 MiB.
 */
export async function readWhole(path: string): Promise<Uint8Array> {
  requireSize(path, (await requireFile(path, stat(path))).size);
  return requireFile(path, readRegularFile(path));
}

/**
 * As {@link readWhole}, but synchronous: cheaper for small files on a worker thread.
 *
 * @throws FormatError if the file is not a regular file, or has more than 256 MiB.
 * @throws Error as the file system reports it.
 */
export function readWholeSync(path: string): Uint8Array {
  return readRegularFileSync(path, MAX_BYTES);
}

function requireSize(path: string, size: number): void {
  if (size <= MAX_BYTES) return;
  throw new FormatError(path, `expected at most ${MAX_BYTES} bytes, got ${size}`);
}
