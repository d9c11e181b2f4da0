import { lstat, mkdir } from 'node:fs/promises';
import { dirname, join, normalize, sep } from 'node:path';
import { expectText, fileBytes } from '../check.ts';
import { FormatError } from '../format/format-error.ts';
import { writeFileAtomic } from './atomic.ts';

/**
 * Writes a file below a folder, as `writeFileAtomic` does, and creates missing folders between them.
 *
 * For folders that may come from others, such as a downloaded run: if a folder between `root` and the file is a symbolic
 * link, the file would be written elsewhere, so links are refused. `root` itself may be a link, since the caller chose it.
 *
 * @param root - The folder.
 * @param path - The file's path in it, such as `evaluations/knn.json`.
 * @throws RangeError if the path leads out of the folder.
 * @throws FormatError if a folder between is a symbolic link; nothing is written.
 * @throws Error as `writeFileAtomic`.
 */
export async function writeInside(
  root: string,
  path: string,
  contents: Uint8Array | string,
): Promise<void> {
  expectText('writeInside', 'a folder', root);
  expectText('writeInside', 'a path in it', path);
  if (typeof contents !== 'string') fileBytes('writeInside', contents);
  const steps = normalize(path).split(sep);
  if (steps[0] === '..' || steps[0] === '') {
    throw new RangeError(`writeInside: expected a path below the folder ${root}, got ${path}`);
  }
  let folder = root;
  for (const step of steps.slice(0, -1)) {
    folder = join(folder, step);
    const found = await lstat(folder).catch(() => undefined);
    if (found?.isSymbolicLink() !== true) continue;
    throw new FormatError(
      folder,
      'expected a folder, got a link, through which files would be written elsewhere; ' +
        'put the folder that it leads to in its place, or remove it',
    );
  }
  const file = join(root, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFileAtomic(file, contents);
}
