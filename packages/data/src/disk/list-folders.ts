import { FormatError } from '@halp/files';
import { listRaw, type RawFile } from './list-raw-files.ts';

/**
 * The files with an extension in one or more folders and their subfolders, sorted by name (code units).
 *
 * @throws FormatError if a folder is missing or has no such file, or a name is there twice.
 * @throws RangeError if no folder is given.
 */
export async function listRawFolders(
  raw: string | readonly string[],
  extension: string,
): Promise<readonly RawFile[]> {
  const folders = typeof raw === 'string' ? [raw] : raw;
  if (folders.length === 0)
    throw new RangeError('prepare: expected a folder of raw data, got none');
  const lists = await Promise.all(folders.map((folder) => listRaw(folder, extension)));
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
