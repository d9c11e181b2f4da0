import { type Bytes, fileBytes } from '../check.ts';
import { excerpt } from '../format/excerpt.ts';
import { type Expected, readAs } from '../format/file-kind.ts';
import { FormatError } from '../format/format-error.ts';
import { expectChecksum, memberPath, packedMember, zipMembers } from '../zip/archive.ts';
import { inflateExactly, inflateStart } from '../zip/inflate.ts';
import type { ZipMember } from '../zip/parse.ts';
import type { NdArray } from './nd-array.ts';
import {
  expectNpyLength,
  MAX_NPY_HEADER,
  type NpyHeader,
  parseNpy,
  parseNpyHeader,
} from './parse.ts';

/** The limit on all decompressed bytes of an archive: this, or 64 times the size of the archive. */
const MIN_LIMIT = 2 ** 28;
const MOST_RATIO = 64;

/** The kind of file that readers of archives expect. */
export const NPZ: Expected = { expected: 'a .npz archive', own: ['zip'] };

/**
 * The arrays in the bytes of a `.npz` file, as NumPy's `savez` and `savez_compressed` write it, by name; a record without
 * prototype. The checksum of each is verified.
 *
 * @remarks Members that are no `.npy` files are left out.
 * @param path - The file's name, for error messages; an array is called `<path>/<name>.npy` there.
 * @throws FormatError if this is no zip archive, an array is refused as by `parseNpy`, a compressed array holds more or
 * fewer bytes than its header states, the decompressed arrays exceed both 256 MiB and 64 times the size of the archive, a
 * checksum is wrong, or a name occurs twice.
 *
 * @example
 * ```ts
 * const { x_train, y_train } = parseNpz(bytes, 'NTU60_CS.npz');
 * ```
 */
export function parseNpz(input: Bytes, path: string): Readonly<Record<string, NdArray>> {
  const bytes = fileBytes('parseNpz', input);
  const arrays = Object.create(null) as Record<string, NdArray>;
  const found = readAs(bytes, path, NPZ, () => zipMembers(bytes, path));
  const members = npyMembers(found, path);
  expectModest([...members.values()], bytes.length, path);
  for (const [name, member] of members) {
    const { packed, offset } = packedMember(bytes, member, path);
    arrays[name] = parseNpy(unpackNpy(packed, member, path, offset), memberPath(path, member));
  }
  return arrays;
}

/** Checked before anything is inflated: zeros take a thousand times more bytes in memory than in a file. */
function expectModest(members: readonly ZipMember[], length: number, path: string): void {
  const most = Math.max(MIN_LIMIT, MOST_RATIO * length);
  const made = members
    .filter(({ method }) => method === 'deflated')
    .reduce((sum, { size }) => sum + size, 0);
  if (made <= most) return;
  const problem = `expected at most ${most} bytes of compressed arrays, got ${made}`;
  throw new FormatError(path, `${problem}; read them one by one with openNpz`);
}

/** The `.npy` members, by name without that ending. */
export function npyMembers(
  members: readonly ZipMember[],
  path: string,
): ReadonlyMap<string, ZipMember> {
  const arrays = new Map<string, ZipMember>();
  for (const member of members) {
    if (!member.name.endsWith('.npy')) continue;
    const name = member.name.slice(0, -'.npy'.length);
    if (arrays.has(name)) {
      throw new FormatError(path, `expected each array once, got ${excerpt(name)} twice`);
    }
    arrays.set(name, member);
  }
  return arrays;
}

/**
 * The header of a deflated member, from the start of its compressed bytes. The size of the member must match the header,
 * so that inflating it makes no more bytes than the array has.
 */
export function peekNpy(
  packed: Uint8Array,
  member: ZipMember,
  path: string,
  offset: number,
): NpyHeader {
  const named = memberPath(path, member);
  const head = inflateStart(packed, Math.min(member.size, MAX_NPY_HEADER + 12), named, offset);
  const header = parseNpyHeader(head, named);
  expectNpyLength(header, member.size, named);
  return header;
}

/** The bytes of a member's `.npy` file, after verifying the checksum. */
export function unpackNpy(
  packed: Uint8Array,
  member: ZipMember,
  path: string,
  offset: number,
): Uint8Array {
  let bytes = packed;
  if (member.method === 'deflated') {
    peekNpy(packed, member, path, offset);
    bytes = inflateExactly(packed, member.size, memberPath(path, member), offset);
  }
  expectChecksum(bytes, member, path, offset);
  return bytes;
}
