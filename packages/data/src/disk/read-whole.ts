import { stat } from 'node:fs/promises';
import { FormatError } from '@halp/files';
import { readRegularFile, readRegularFileSync } from '@halp/files/node';
import { requireFile } from './system-error.ts';

/** No raw file of any data set is nearly as large, and no text of this size is too long for a string. */
const MAX_BYTES = 2 ** 28;

/**
 * The bytes of a raw file that is read whole.
 *
 * @throws FormatError if there is no such file, it is no regular file, or it has more than 256 MiB.
 */
export async function readWhole(path: string): Promise<Uint8Array> {
  requireModest(path, (await requireFile(path, stat(path))).size);
  return requireFile(path, readRegularFile(path));
}

/**
 * As {@link readWhole}, while the thread waits: for small files, on a thread of its own, that costs less.
 *
 * @throws FormatError if it is no regular file, or has more than 256 MiB.
 * @throws Error as the file system reports it.
 */
export function readWholeSync(path: string): Uint8Array {
  return readRegularFileSync(path, MAX_BYTES);
}

function requireModest(path: string, size: number): void {
  if (size <= MAX_BYTES) return;
  throw new FormatError(path, `expected at most ${MAX_BYTES} bytes, got ${size}`);
}
