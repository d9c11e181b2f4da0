import { mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { manifestName, parseManifest } from './manifest.ts';
import { codeOf } from './system-error.ts';

/**
 * Fills a folder, or leaves what was there: `fill` works in a temporary folder beside `out`, which
 * takes its place when it returns and is removed when it throws.
 *
 * An earlier preparation of the data set `name` at `out` is replaced; anything else is refused. Without
 * a name nothing is replaced.
 *
 * @throws RangeError if `out` is a file, or a folder that holds anything else.
 */
export async function publishFolder(
  out: string,
  name: string | undefined,
  fill: (folder: string) => Promise<void>,
): Promise<void> {
  await requireReplaceable(out, name);
  const parent = dirname(resolve(out));
  await mkdir(parent, { recursive: true });
  const temporary = await mkdtemp(join(parent, `.${basename(resolve(out))}.preparing-`));
  try {
    const folder = join(temporary, 'new');
    await mkdir(folder);
    await fill(folder);
    await requireReplaceable(out, name);
    await exchange(folder, out, join(temporary, 'old'));
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function exchange(folder: string, out: string, old: string): Promise<void> {
  const replaced = await rename(out, old).then(
    () => true,
    (error: unknown) => {
      if (codeOf(error) === 'ENOENT') return false;
      throw error;
    },
  );
  try {
    await rename(folder, out);
  } catch (error) {
    if (replaced) await rename(old, out);
    throw error;
  }
}

/**
 * Refuses what {@link publishFolder} would refuse, before any work is done.
 *
 * @throws RangeError if `out` is a file, or a folder that holds anything but a preparation of `name`.
 */
export async function requireReplaceable(out: string, name: string | undefined): Promise<void> {
  let entries: readonly string[];
  try {
    entries = await readdir(out);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    if (codeOf(error) !== 'ENOTDIR') throw error;
    throw new RangeError(`prepare: expected a folder for the prepared data, got the file ${out}`, {
      cause: error,
    });
  }
  if (entries.length === 0) return;
  const held = entries.includes(manifestName) ? await nameAt(join(out, manifestName)) : undefined;
  if (held !== undefined && held === name) return;
  const what = held === undefined ? 'other files' : `the data set ${held}`;
  throw new RangeError(
    `prepare: expected a new or empty folder, got ${out} with ${what} in it; choose another folder`,
  );
}

async function nameAt(path: string): Promise<string | undefined> {
  try {
    return parseManifest(await readFile(path), path).name;
  } catch {
    return undefined;
  }
}
