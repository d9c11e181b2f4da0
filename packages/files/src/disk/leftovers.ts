import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expectText } from '../check.ts';

/** The names of the temporary files of `writeFileAtomic` and `takeLock`: `.<name>.<8 or 36 hex digits and hyphens>.tmp`. */
const TEMPORARY = /^\..+\.[0-9a-f-]{8,36}\.tmp$/;
/** Longer than writing any file takes. */
const OLD_MS = 3_600_000;

/** Whether a file name is that of a temporary file of this package, which a killed process leaves behind. */
export function isLeftover(name: string): boolean {
  expectText('isLeftover', 'a file name', name);
  return TEMPORARY.test(name);
}

/**
 * Removes the temporary files that killed processes left in a folder: those with this package's names, last written to
 * more than an hour ago. Subfolders are not searched. Files that cannot be removed stay.
 *
 * @returns The names of the files that were removed; none if there is no such folder.
 */
export async function removeLeftovers(folder: string): Promise<readonly string[]> {
  expectText('removeLeftovers', 'a folder', folder);
  const names = (await readdir(folder).catch(() => [])).filter(isLeftover);
  const removed: string[] = [];
  for (const name of names) {
    const path = join(folder, name);
    try {
      if (Date.now() - (await stat(path)).mtimeMs < OLD_MS) continue;
      await rm(path);
      removed.push(name);
    } catch {
      // Another process removed it, or removing is not permitted: the file does no harm.
    }
  }
  return removed;
}
