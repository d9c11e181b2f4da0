import { join } from 'node:path';
import { FormatError } from '@halp/files';
import { filesBelow, type FoundFile } from './files-below.ts';
import { codeOf } from './system-error.ts';

/** A raw file and what it is called without folder and extension. */
export interface RawFile {
  /** Where it is. */
  readonly path: string;
  /** Its name without folder and extension. */
  readonly name: string;
}

/**
 * The files with an extension in one or more folders and their subfolders, behind links too, sorted by name (code units).
 *
 * @throws FormatError if a folder is missing or has no such file, or a name is there twice.
 */
export async function listRawFiles(
  raw: string | readonly string[],
  extension: string,
): Promise<readonly RawFile[]> {
  const folders = typeof raw === 'string' ? [raw] : raw;
  const lists = await Promise.all(folders.map((folder) => filesIn(folder, extension)));
  const files = lists.flat().sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  files.forEach((file, i) => {
    const previous = files[i - 1];
    if (previous?.name === file.name) {
      throw new FormatError(
        file.path,
        `expected each name once, but ${previous.path} is there too`,
      );
    }
  });
  return files;
}

async function filesIn(folder: string, extension: string): Promise<readonly RawFile[]> {
  const files = (await entriesOf(folder))
    .filter((entry) => entry.name.toLowerCase().endsWith(extension))
    .map((entry) => ({
      path: join(entry.parentPath, entry.name),
      name: entry.name.slice(0, -extension.length),
    }));
  if (files.length > 0) return files;
  throw new FormatError(folder, `expected ${extension} files, got none`);
}

/** Every file below a folder of raw data. @throws FormatError if there is no such folder. */
export async function entriesOf(folder: string): Promise<readonly FoundFile[]> {
  try {
    return await filesBelow(folder);
  } catch (error) {
    const code = codeOf(error);
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw error;
    const got = code === 'ENOENT' ? 'nothing at that path' : 'a file';
    throw new FormatError(folder, `expected a folder of raw data, got ${got}`);
  }
}
