import { mkdir, stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { expectWritable, writeFileAtomic } from '@halp/files/node';

/** File systems allow 255 bytes; the name of the temporary file is 14 longer than that of the file. */
export const MAX_NAME_BYTES = 240;

/** Whether the name of a file or folder is short enough. */
export function isShortName(name: string): boolean {
  return Buffer.byteLength(name) <= MAX_NAME_BYTES;
}

/**
 * Checks that a file can be written at a path, before any work is done. Missing folders are allowed, see
 * {@link writeOut}.
 *
 * @param caller - The command, for error messages.
 * @throws RangeError if the path is a folder, a parent of it is a file, or a name in it is too long.
 * @throws FormatError if its folder cannot be written.
 */
export async function expectFilePath(caller: string, path: string): Promise<void> {
  expectShort(caller, path);
  if ((await kindAt(path)) === 'folder') {
    throw new RangeError(
      `${caller}: expected the path of a file, got the folder ${path}; give a file in it`,
    );
  }
  await expectFolders(caller, dirname(resolve(path)), path);
}

/**
 * Checks that a path is a folder or can become one, before any work is done.
 *
 * @param caller - The command, for error messages.
 * @throws RangeError if the path or a parent of it is a file, or the name of a new folder is too long.
 * @throws FormatError if the folder cannot be written.
 */
export async function expectFolderPath(caller: string, path: string): Promise<void> {
  await expectFolders(caller, resolve(path), path);
}

/** Writes a file atomically, see `writeFileAtomic` of `@halp/files`, and creates missing folders. */
export async function writeOut(path: string, contents: Uint8Array | string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFileAtomic(path, contents);
}

async function expectFolders(caller: string, folder: string, path: string): Promise<void> {
  const kind = await kindAt(folder);
  if (kind === 'folder') return expectWritable(folder);
  if (kind === 'file') {
    const where = folder === resolve(path) ? '' : ` in ${path}`;
    throw new RangeError(
      `${caller}: expected a folder, got the file ${folder}${where}; choose another path`,
    );
  }
  expectShort(caller, folder);
  const above = dirname(folder);
  if (above !== folder) await expectFolders(caller, above, path);
}

function expectShort(caller: string, path: string): void {
  const name = basename(path);
  if (isShortName(name)) return;
  throw new RangeError(
    `${caller}: expected a name of at most ${MAX_NAME_BYTES} bytes, got ${Buffer.byteLength(name)} in ${path}; choose a shorter one`,
  );
}

async function kindAt(path: string): Promise<'file' | 'folder' | undefined> {
  // Other errors are reported when the file is written.
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return undefined;
  return found.isDirectory() ? 'folder' : 'file';
}
