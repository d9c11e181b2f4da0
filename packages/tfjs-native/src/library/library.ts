import { mkdir, readFile, rename, stat, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { diskFull } from '../machine/native-error.ts';
import type { Settings } from '../machine/options.ts';
import { downloadCudaWheels, downloadWheel } from './download.ts';
import { requireHash, unpackCudaWheel, type Unpacked, unpackWheel } from './unpack.ts';

/** The list of a kept library's files, used to check that it is complete. */
interface Contents {
  readonly sha256: string;
  readonly files: Unpacked;
}

/** The folder of the kept library, with `lib/` and `include/`. */
export function libraryFolder({ cache, wheel }: Settings): string {
  const kind = wheel.cuda ? '-cuda' : '';
  const { platform, arch } = process;
  return join(cache, `${wheel.project}-${wheel.version}${kind}-${platform}-${arch}`);
}

/** The compiler flags that link with the kept library. */
export function linkFlags(settings: Settings): readonly string[] {
  const lib = join(libraryFolder(settings), 'lib');
  const { libraries } = settings.wheel;
  const named =
    process.platform === 'darwin'
      ? [...libraries.map((name) => join(lib, name)), '-undefined', 'dynamic_lookup']
      : [`-L${lib}`, ...libraries.map((name) => `-l:${name}`)];
  return [...named, `-Wl,-rpath,${lib}`];
}

/** The paths of NVIDIA's libraries kept with the library; none for the CPU. */
export async function cudaLibraries(settings: Settings): Promise<readonly string[]> {
  const { files } = await contentsOf(settings);
  const paths = Object.keys(files).filter(
    (path) => path.startsWith('nvidia/') && path.includes('.so'),
  );
  return paths.map((path) => join(libraryFolder(settings), path));
}

async function contentsOf(settings: Settings): Promise<Contents> {
  const list = join(libraryFolder(settings), 'contents.json');
  return JSON.parse(await readFile(list, 'utf8')) as Contents;
}

/** Whether the library of this wheel is kept and complete. */
export async function hasLibrary(settings: Settings): Promise<boolean> {
  const folder = libraryFolder(settings);
  try {
    const { sha256, files } = await contentsOf(settings);
    if (settings.wheel.sha256 !== undefined && sha256 !== settings.wheel.sha256) return false;
    const sizes = await Promise.all(
      Object.keys(files).map((path) => stat(join(folder, path)).then((each) => each.size)),
    );
    return Object.values(files).every((size, index) => size === sizes[index]);
  } catch {
    return false;
  }
}

/**
 * Fetches the library into the cache. It appears whole or not at all.
 *
 * @param scratch - an empty folder on the cache's disk.
 * @throws NativeError if it cannot be fetched; see `downloadWheel` and `unpackWheel`.
 */
export async function fetchLibrary(scratch: string, settings: Settings): Promise<void> {
  await requireSpace(settings);
  const download = join(scratch, 'download');
  const library = join(scratch, 'library');
  await mkdir(download);
  await mkdir(library);
  const file = settings.wheelFile ?? (await downloadWheel(download, settings));
  const sha256 = await requireHash(file, settings);
  const { files, metadata } = await unpackWheel(file, library, settings);
  if (settings.wheel.cuda) {
    for (const each of await downloadCudaWheels(metadata, download, settings))
      Object.assign(files, await unpackCudaWheel(each, library, settings));
  }
  const contents: Contents = { sha256, files };
  await writeFile(join(library, 'contents.json'), JSON.stringify(contents));
  // The existing library is incomplete.
  const target = libraryFolder(settings);
  await rename(target, join(scratch, 'replaced')).catch(() => undefined);
  await rename(library, target);
}

/** Refuses a disk that would become full during the installation. */
export async function requireSpace({ cache, wheel, wheelFile }: Settings): Promise<void> {
  // pip briefly holds the wheel twice.
  const needed = wheel.unpackedBytes + (wheelFile === undefined ? 2 * wheel.bytes : 0);
  const { bavail, bsize } = await statfs(await nearestFolder(cache));
  const free = bavail * bsize;
  if (free < needed)
    throw diskFull(`expected ${megabytes(needed)} free under ${cache}, got ${megabytes(free)}`);
}

async function nearestFolder(path: string): Promise<string> {
  const there = await stat(path).then(
    () => true,
    () => false,
  );
  return there ? path : nearestFolder(join(path, '..'));
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)} MB`;
}
