import { expectText } from '../check.ts';
import { openRegularFile } from '../disk/regular-file.ts';
import { type FileSection, nameKindOf, readSection } from '../disk/section.ts';
import { excerpt } from '../format/excerpt.ts';
import { FormatError } from '../format/format-error.ts';
import { memberPath } from '../zip/archive.ts';
import {
  findZipDirectory,
  parseZipDirectory,
  ZIP_LOCAL,
  ZIP_TAIL,
  zipDataStart,
  type ZipMember,
} from '../zip/parse.ts';
import { MOST_LOADED, type NpyFile, npyInSection, npyOfArray } from './file.ts';
import { describe } from './nd-array.ts';
import { npyMembers, NPZ, peekNpy, unpackNpy } from './npz.ts';
import { MAX_NPY_HEADER, parseNpy } from './parse.ts';

/** An open `.npz` file. */
export interface NpzFile {
  /** The names of its arrays, without `.npy`. */
  readonly names: readonly string[];
  /**
   * One of its arrays. Rows of a stored array are read by position, beyond 4 GiB too; a compressed one is inflated whole,
   * and its checksum verified, when its first row is read.
   *
   * Closing the array has no effect: the archive stays open.
   *
   * @throws RangeError if there is no such array.
   * @throws FormatError if the array is refused as by {@link openNpy}, or is compressed and larger than 1 GiB.
   */
  open(name: string): Promise<NpyFile>;
  /** Closes the file; has no effect if it is closed already. */
  close(): Promise<void>;
}

/**
 * Opens a `.npz` file of any size, as NumPy's `savez` and `savez_compressed` write it. Only its list of members is read.
 *
 * @throws FormatError if this is no zip archive, or a name occurs twice.
 * @throws Error if the file cannot be opened.
 *
 * @example
 * ```ts
 * const file = await openNpz('NTU120_CSub.npz');
 * const clips = await file.open('x_train'); // [N, T, M * V * C]
 * const { data } = await clips.readRows(7, 1);
 * await file.close();
 * ```
 */
export async function openNpz(path: string): Promise<NpzFile> {
  expectText('openNpz', 'a path', path);
  const file = await openRegularFile(path);
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw new FormatError(path, 'expected a .npz file, got a folder or device');
    const archive: FileSection = { file, path, start: 0, length: stat.size };
    const listed = await listMembers(archive).catch((error: unknown) =>
      nameKindOf(error, archive, NPZ),
    );
    const members = npyMembers(listed, path);
    return {
      names: [...members.keys()],
      async open(name) {
        const member = members.get(name);
        if (member !== undefined) return openMember(archive, member);
        const known = excerpt([...members.keys()]);
        throw new RangeError(`open: expected an array of ${known}, got ${excerpt(name)} (${path})`);
      },
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function listMembers(archive: FileSection): Promise<readonly ZipMember[]> {
  const { length, path } = archive;
  const tailStart = Math.max(0, length - ZIP_TAIL);
  const tail = await readSection(archive, tailStart, length - tailStart);
  const directory = findZipDirectory(tail, length, path);
  const bytes = await readSection(archive, directory.start, directory.length);
  return parseZipDirectory(bytes, directory, path);
}

async function openMember(archive: FileSection, member: ZipMember): Promise<NpyFile> {
  const { file, path, length } = archive;
  const { header: at, packed } = member;
  const local = await readSection(archive, at, Math.min(ZIP_LOCAL, length - at));
  const start = zipDataStart(local, member, path);
  if (start + packed > length)
    throw new FormatError(memberPath(path, member), 'the file is truncated');
  const close = (): Promise<void> => Promise.resolve();
  if (member.method === 'stored') {
    return npyInSection({ file, path: memberPath(path, member), start, length: packed }, close);
  }
  const head = await readSection(archive, start, Math.min(packed, 2 * MAX_NPY_HEADER));
  const header = peekNpy(head, member, path, start);
  if (member.size > MOST_LOADED) {
    throw new FormatError(
      memberPath(path, member),
      `expected at most ${MOST_LOADED} bytes in a compressed array, got ${member.size} bytes of ` +
        `${describe(header)}; save it with NumPy's savez instead of savez_compressed`,
    );
  }
  let loaded: Promise<ReturnType<typeof parseNpy>> | undefined;
  const load = async (): Promise<ReturnType<typeof parseNpy>> => {
    const bytes = unpackNpy(await readSection(archive, start, packed), member, path, start);
    return parseNpy(bytes, memberPath(path, member));
  };
  return npyOfArray(header, memberPath(path, member), () => (loaded ??= load()), close);
}
