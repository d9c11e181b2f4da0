import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expectText } from '../check.ts';

/** What `writeFileAtomic` and `takeLock` call their temporary files: `.<name>.<8 or 36 hex digits and hyphens>.tmp`. */
const TEMPORARY = /^\..+\.[0-9a-f-]{8,36}\.tmp$/;
/** No file takes as long to write. */
const OLD_MS = 3_600_000;

/** Whether a file name is that of a temporary file of this package: what a process that was killed leaves behind. */
export function isLeftover(name: string): boolean {
  expectText('isLeftover', 'a file name', name);
  return TEMPORARY.test(name);
}

/**
 * Removes temporary files of processes that were killed: those of this package's names in a folder, not below it, that
 * were last written to more than an hour ago. What cannot be removed stays.
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
      // Another process removed it, or it may not be: it does no harm.
    }
  }
  return removed;
}
