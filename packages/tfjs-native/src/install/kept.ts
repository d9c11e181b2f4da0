import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { removeBinding } from '../load/binding.ts';
import { requireOptions } from '../machine/arguments.ts';
import { locateNative } from '../machine/locate.ts';
import { explainSystemError } from '../machine/native-error.ts';
import { type NativeOptions, settingsOf } from '../machine/options.ts';
import { withLock } from './lock.ts';

/** A part that is kept in the cache for all projects of the user. */
export interface KeptItem {
  /** Its name in the cache, such as `tensorflow-cpu-2.21.0-linux-x64` or `bindings/tfjs-4.22.0-napi-v8-…`. */
  readonly name: string;
  /** Its kind: TensorFlow's library, a compiled binding, a compiled add-on, or leftovers of an interrupted installation. */
  readonly kind: 'library' | 'binding' | 'addon' | 'unfinished';
  /** Its size on disk, in bytes. */
  readonly bytes: number;
}

/** The contents of the cache. */
export interface KeptFiles {
  /** The folder. */
  readonly cache: string;
  /** The parts, ordered by name. */
  readonly items: readonly KeptItem[];
  /** Their total size, in bytes. */
  readonly bytes: number;
}

/** The result of {@link uninstallNative}. */
export interface NativeRemoval {
  /** The removed parts. */
  readonly removed: KeptFiles;
  /** The project's package whose binding was removed, if it had one. */
  readonly unbound?: string;
}

/**
 * The parts kept for all projects of the user, with their sizes.
 *
 * @param options - `cache` or `env` choose the folder.
 */
export async function listNative(options: NativeOptions = {}): Promise<KeptFiles> {
  const { cache } = settingsOf(requireOptions('listNative', options));
  const items: KeptItem[] = [];
  for (const name of await namesIn(cache)) {
    if (name === 'lock' || name === 'lock.breaking') continue;
    const inside =
      name === 'bindings' || name === 'addons' ? await namesIn(join(cache, name)) : [''];
    for (const each of inside) {
      const path = each === '' ? name : `${name}/${each}`;
      items.push({ name: path, kind: kindOf(name), bytes: await sizeOf(join(cache, path)) });
    }
  }
  return { cache, items, bytes: items.reduce((sum, { bytes }) => sum + bytes, 0) };
}

/**
 * Removes all parts kept for the projects of the user, and the binding of this project's package. Bindings of
 * other projects stay in place, but do not load until they are installed again.
 *
 * @param options - `project` chooses the project; `cache` or `env` choose the folder.
 * @throws NativeError `not-writable`.
 */
export async function uninstallNative(options: NativeOptions = {}): Promise<NativeRemoval> {
  const { cache, project, signal } = settingsOf(requireOptions('uninstallNative', options));
  try {
    const found = locateNative(project);
    if (found?.bound === true) await removeBinding(found);
    const removed = await listNative(options);
    if ((await namesIn(cache)).length > 0) {
      await mkdir(cache, { recursive: true });
      // Not while another process is writing there.
      await withLock(join(cache, 'lock'), () => removeAll(cache), { signal });
    }
    return { removed, ...(found?.bound === true ? { unbound: found.name } : {}) };
  } catch (error) {
    throw explainSystemError(error, cache);
  }
}

async function removeAll(cache: string): Promise<void> {
  for (const name of await namesIn(cache)) {
    if (name !== 'lock') await rm(join(cache, name), { recursive: true, force: true });
  }
}

function kindOf(name: string): KeptItem['kind'] {
  if (name === 'bindings') return 'binding';
  if (name === 'addons') return 'addon';
  return name.startsWith('unfinished-') ? 'unfinished' : 'library';
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return (await readdir(folder).catch((): string[] => [])).sort();
}

async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return 0;
  if (!found.isDirectory()) return found.size;
  const sizes = (await namesIn(path)).map((name) => sizeOf(join(path, name)));
  return (await Promise.all(sizes)).reduce((sum, bytes) => sum + bytes, 0);
}
