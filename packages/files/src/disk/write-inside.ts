import { access, constants, lstat, mkdir } from 'node:fs/promises';
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
 * @throws FormatError if a folder between is a symbolic link or a file; nothing is written.
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
  await expectNoLinks(root, stepsOf('writeInside', root, path).slice(0, -1));
  const file = join(root, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFileAtomic(file, contents);
}

/**
 * Checks that {@link writeInside} can write into a folder below another one, before the work whose result is written.
 * Changes nothing; missing folders are fine.
 *
 * @param root - The folder, which exists.
 * @param path - The path of a folder in it, such as `evaluations`.
 * @throws RangeError if the path leads out of the folder.
 * @throws FormatError if a folder between is a symbolic link or a file, or the last one that exists cannot be written.
 */
export async function expectWritableInside(root: string, path: string): Promise<void> {
  expectText('expectWritableInside', 'a folder', root);
  expectText('expectWritableInside', 'a path in it', path);
  await expectWritable(await expectNoLinks(root, stepsOf('expectWritableInside', root, path)));
}

/** @throws FormatError unless new files can be made in a folder, by this process. */
export async function expectWritable(folder: string): Promise<void> {
  expectText('expectWritable', 'a folder', folder);
  await access(folder, constants.W_OK | constants.X_OK).catch((error: NodeJS.ErrnoException) => {
    throw new FormatError(
      folder,
      `expected a folder that can be written, got ${error.code ?? error.message}; ` +
        'change its permissions, or use a copy of it',
    );
  });
}

function stepsOf(caller: string, root: string, path: string): readonly string[] {
  const steps = normalize(path).split(sep);
  if (steps[0] !== '..' && steps[0] !== '') return steps;
  throw new RangeError(`${caller}: expected a path below the folder ${root}, got ${path}`);
}

/** The last folder on the way that exists. */
async function expectNoLinks(root: string, steps: readonly string[]): Promise<string> {
  let [last, folder] = [root, root];
  for (const step of steps) {
    folder = join(folder, step);
    const found = await lstat(folder).catch(() => undefined);
    if (found === undefined) continue;
    if (found.isSymbolicLink()) {
      throw new FormatError(
        folder,
        'expected a folder, got a link, through which files would be written elsewhere; ' +
          'put the folder that it leads to in its place, or remove it',
      );
    }
    if (!found.isDirectory())
      throw new FormatError(folder, 'expected a folder, got a file; move it');
    last = folder;
  }
  return last;
}
