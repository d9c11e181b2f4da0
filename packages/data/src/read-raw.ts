import { readFile, stat } from 'node:fs/promises';
import { FormatError } from '@halp/files';
import { present } from './system-error.ts';

/** No raw file of any data set is nearly as large, and no text of this size is too long for a string. */
const MOST_BYTES = 2 ** 28;

/**
 * The bytes of a raw file that is read whole.
 *
 * @throws FormatError if there is no such file, or it has more than 256 MiB.
 */
export async function readRaw(path: string): Promise<Uint8Array> {
  const { size } = await present(path, stat(path));
  if (size > MOST_BYTES) {
    throw new FormatError(path, `expected at most ${MOST_BYTES} bytes, got ${size}`);
  }
  return present(path, readFile(path));
}
