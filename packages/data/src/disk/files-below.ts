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
 * Every file in a folder and its subfolders. Links are followed, to files and to folders; a folder that was seen already,
 * such as one that a link leads back to, is entered once.
 *
 * What is neither file nor folder is among them, and so is a link to nothing: whoever reads it refuses it by name.
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
    // The same way into a folder that several links lead to, on every file system.
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(parentPath, entry.name);
      const isFolder = entry.isSymbolicLink() ? await leadsToFolder(path) : entry.isDirectory();
      if (isFolder) found.push(...(await walk(path)));
      else found.push({ name: entry.name, parentPath });
    }
    return found;
  };
  return walk(folder);
}

async function leadsToFolder(link: string): Promise<boolean> {
  try {
    return (await stat(link)).isDirectory();
  } catch (error) {
    // A link to nothing, or to itself: no folder.
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ELOOP') return false;
    throw error;
  }
}
