import { isAbsolute, join, relative, resolve, sep } from 'node:path';
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
 * The files with an extension in a folder and its subfolders, behind links too, sorted by name (code units).
 *
 * @throws FormatError if the folder is missing, has no such file, or has one name twice.
 */
export async function listRaw(raw: string, extension: string): Promise<readonly RawFile[]> {
  const files = (await entriesOf(raw))
    .filter((entry) => entry.name.toLowerCase().endsWith(extension))
    .map((entry) => ({
      path: join(entry.parentPath, entry.name),
      name: entry.name.slice(0, -extension.length),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  if (files.length === 0) throw new FormatError(raw, `expected ${extension} files, got none`);
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

/**
 * Refuses a folder for prepared data that lies inside the raw data, where it would be read as such.
 *
 * @throws RangeError if `out` is `raw` or inside it.
 */
export function requireOutside(out: string, raw: string): void {
  const path = relative(resolve(raw), resolve(out));
  if (path !== '..' && !path.startsWith(`..${sep}`) && !isAbsolute(path)) {
    throw new RangeError(`prepare: expected out outside the raw data ${raw}, got ${out}`);
  }
}

async function entriesOf(raw: string): Promise<readonly FoundFile[]> {
  try {
    return await filesBelow(raw);
  } catch (error) {
    const code = codeOf(error);
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw error;
    const got = code === 'ENOENT' ? 'nothing at that path' : 'a file';
    throw new FormatError(raw, `expected a folder of raw data, got ${got}`);
  }
}
