import { extname, join } from 'node:path';
import { FormatError } from '@halp/files';
import { filesBelow, type FoundFile } from './files-below.ts';
import { codeOf } from './system-error.ts';

/** Endings that an error lists. */
const MOST_ENDINGS = 4;

/** A raw file and its name. */
export interface RawFile {
  /** Its path. */
  readonly path: string;
  /** Its name without folder and extension. */
  readonly name: string;
}

/**
 * The files with an extension in folders and their subfolders, through links too, sorted by name (code units).
 *
 * @throws FormatError if a folder is missing or has no such file, or two files have the same name.
 */
export async function listRawFiles(
  folders: readonly string[],
  extension: string,
): Promise<readonly RawFile[]> {
  const lists = await Promise.all(folders.map((folder) => filesIn(folder, extension)));
  return sortedByName(lists.flat());
}

/**
 * The files in the order of their names (code units).
 *
 * @throws FormatError if two files have the same name.
 */
export function sortedByName(files: readonly RawFile[]): readonly RawFile[] {
  const sorted = files.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  sorted.forEach(({ name, path }, i) => {
    const previous = sorted[i - 1];
    if (previous?.name === name) throw new FormatError(path, sameName(previous.path));
  });
  return sorted;
}

/** The problem of a file whose name another file also has. */
export function sameName(other: string): string {
  return `expected each name once, got ${other} as well`;
}

async function filesIn(folder: string, extension: string): Promise<readonly RawFile[]> {
  const entries = await entriesOf(folder);
  const files = entries
    .filter((entry) => entry.name.toLowerCase().endsWith(extension))
    .map((entry) => ({
      path: join(entry.parentPath, entry.name),
      name: entry.name.slice(0, -extension.length),
    }));
  if (files.length > 0) return files;
  throw new FormatError(folder, `expected ${extension} files, got ${filesText(entries)}`);
}

/** The number of files and their endings: `none among 12 files (8 .txt, 4 .avi)`; `none` in an empty folder. */
function filesText(entries: readonly FoundFile[]): string {
  if (entries.length === 0) return 'none';
  const counts = new Map<string, number>();
  for (const { name } of entries) {
    const ending = extname(name).toLowerCase() || 'without an ending';
    counts.set(ending, (counts.get(ending) ?? 0) + 1);
  }
  const most = [...counts].toSorted(([, a], [, b]) => b - a).slice(0, MOST_ENDINGS);
  const endings = most.map(([ending, count]) => `${count} ${ending}`).join(', ');
  const others = counts.size > most.length ? ', and others' : '';
  return `none among ${entries.length} ${entries.length === 1 ? 'file' : 'files'} (${endings}${others})`;
}

/** Every file in a folder of raw data and its subfolders. @throws FormatError if there is no such folder. */
export async function entriesOf(folder: string): Promise<readonly FoundFile[]> {
  return requireRawFolder(folder, filesBelow(folder));
}

/**
 * The result of listing a folder of raw data.
 *
 * @throws FormatError if there is no such folder; any other error as it is.
 */
export async function requireRawFolder<T>(folder: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const code = codeOf(error);
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw error;
    const got = code === 'ENOENT' ? 'nothing at that path' : 'a file';
    throw new FormatError(folder, `expected a folder of raw data, got ${got}`);
  }
}
