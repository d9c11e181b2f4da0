import { readdir } from 'node:fs/promises';
import { codeOf } from './system-error.ts';

/** @throws RangeError that names the caller, unless the path is free or an empty folder. */
export async function requireEmpty(caller: string, folder: string): Promise<void> {
  try {
    if ((await readdir(folder)).length === 0) return;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    if (codeOf(error) !== 'ENOTDIR') throw error;
  }
  throw new RangeError(`${caller}: expected a new or empty folder, got ${folder}`);
}
