import { mkdir, stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { writeFileAtomic } from '@halp/files/node';

/** File systems take 255; the temporary file that is written first has 14 more than the file itself. */
export const MOST_NAME_BYTES = 240;

/** Whether a new file or folder can have this name, by its length. */
export function isShortName(name: string): boolean {
  return Buffer.byteLength(name) <= MOST_NAME_BYTES;
}

/**
 * Refuses a path at which no file can be written, before any work is done. Folders that are missing are no fault, see
 * {@link writeOut}.
 *
 * @param caller - The command, for error messages.
 * @throws RangeError if a folder stands there, or a file where the path needs a folder, or a name in it is too long.
 */
export async function expectFilePath(caller: string, path: string): Promise<void> {
  expectShort(caller, path);
  if ((await kindAt(path)) === 'folder') {
    throw new RangeError(
      `${caller}: expected the path of a file, got the folder ${path}; name a file in it`,
    );
  }
  await expectFolders(caller, dirname(resolve(path)), path);
}

/**
 * Refuses a path at which no folder can be, before any work is done.
 *
 * @param caller - The command, for error messages.
 * @throws RangeError if a file stands there, or where the path needs a folder, or the name of a new one is too long.
 */
export async function expectFolderPath(caller: string, path: string): Promise<void> {
  await expectFolders(caller, resolve(path), path);
}

/** Writes a whole file or nothing, see `writeFileAtomic` of `@halp/files`; folders that are missing are made. */
export async function writeOut(path: string, contents: Uint8Array | string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFileAtomic(path, contents);
}

async function expectFolders(caller: string, folder: string, path: string): Promise<void> {
  const kind = await kindAt(folder);
  if (kind === 'folder') return;
  if (kind === 'file') {
    const where = folder === resolve(path) ? '' : ` in ${path}`;
    throw new RangeError(
      `${caller}: expected a path below folders, got the file ${folder}${where}; choose another path`,
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
    `${caller}: expected a name of at most ${MOST_NAME_BYTES} bytes, got ${Buffer.byteLength(name)} in ${path}; choose a shorter one`,
  );
}

async function kindAt(path: string): Promise<'file' | 'folder' | undefined> {
  // What cannot be looked at is reported when it is written.
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return undefined;
  return found.isDirectory() ? 'folder' : 'file';
}
