import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from './system-error.ts';

/** A file of a raw folder. */
export interface FoundFile {
  /** Its name with its ending. */
  readonly name: string;
  /** The folder that it is in. */
  readonly parentPath: string;
}

/**
 * Every file in a folder and its subfolders. Links to files and folders are followed; each folder is visited once, so
 * cyclic links end.
 *
 * The list also contains entries that are neither file nor folder and links to nothing; reading them fails with their name.
 *
 * @throws Error as the file system reports it, if the folder cannot be read.
 */
export async function filesBelow(folder: string): Promise<readonly FoundFile[]> {
  const seen = new Set<string>();
  const walk = async (parentPath: string): Promise<FoundFile[]> => {
    const real = await realpath(parentPath);
    if (seen.has(real)) return [];
    seen.add(real);
    const found: FoundFile[] = [];
    const entries = await readdir(parentPath, { withFileTypes: true });
    // Sorted, so that a folder with several links is visited by the same path on every file system.
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(parentPath, entry.name);
      const isFolder = entry.isSymbolicLink() ? await isLinkToFolder(path) : entry.isDirectory();
      if (isFolder) found.push(...(await walk(path)));
      else found.push({ name: entry.name, parentPath });
    }
    return found;
  };
  return walk(folder);
}

async function isLinkToFolder(link: string): Promise<boolean> {
  try {
    return (await stat(link)).isDirectory();
  } catch (error) {
    // A link to nothing, or to itself.
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ELOOP') return false;
    throw error;
  }
}
