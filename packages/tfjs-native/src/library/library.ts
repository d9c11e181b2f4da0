import { mkdir, readFile, rename, stat, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { diskFull } from '../machine/native-error.ts';
import type { Settings } from '../machine/options.ts';
import { downloadCudaWheels, downloadWheel } from './download.ts';
import { requireHash, unpackCudaWheel, type Unpacked, unpackWheel } from './unpack.ts';

/** The list of a kept library's files, by which it is known to be whole. */
interface Contents {
  readonly sha256: string;
  readonly files: Unpacked;
}

/** Where the library is kept: `lib/` and `include/` are in it. */
export function libraryFolder({ cache, wheel }: Settings): string {
  const kind = wheel.cuda ? '-cuda' : '';
  const { platform, arch } = process;
  return join(cache, `${wheel.project}-${wheel.version}${kind}-${platform}-${arch}`);
}

/** What the compiler needs to link with the kept library. */
export function linkFlags(settings: Settings): readonly string[] {
  const lib = join(libraryFolder(settings), 'lib');
  const { libraries } = settings.wheel;
  const named =
    process.platform === 'darwin'
      ? [...libraries.map((name) => join(lib, name)), '-undefined', 'dynamic_lookup']
      : [`-L${lib}`, ...libraries.map((name) => `-l:${name}`)];
  return [...named, `-Wl,-rpath,${lib}`];
}

/** The paths of NVIDIA's libraries that are kept with the library; none where it is for the CPU. */
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

/** Whether the library is kept, of this very wheel and whole. */
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
 * Fetches the library into the cache. It is there whole afterwards, or not at all.
 *
 * @param scratch - an empty folder on the cache's disk.
 * @throws NativeError if it cannot be had; see `downloadWheel` and `unpackWheel`.
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
  // What is there was found incomplete.
  const target = libraryFolder(settings);
  await rename(target, join(scratch, 'replaced')).catch(() => undefined);
  await rename(library, target);
}

/** Refuses a disk that would become full half-way. */
export async function requireSpace({ cache, wheel, wheelFile }: Settings): Promise<void> {
  // pip holds the wheel twice for a moment.
  const needed = wheel.unpackedBytes + (wheelFile === undefined ? 2 * wheel.bytes : 0);
  const { bavail, bsize } = await statfs(await nearestFolder(cache));
  const free = bavail * bsize;
  if (free < needed)
    throw diskFull(`expects ${megabytes(needed)} free under ${cache}, got ${megabytes(free)}`);
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
