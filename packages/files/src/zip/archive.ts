import { excerpt } from '../format/excerpt.ts';
import { FormatError } from '../format/format-error.ts';
import { crc32 } from './crc32.ts';
import {
  findZipDirectory,
  parseZipDirectory,
  ZIP_LOCAL,
  ZIP_TAIL,
  zipDataStart,
  type ZipMember,
} from './parse.ts';

/** The members of the zip archive in `bytes`. @throws FormatError if this is no zip archive, or a damaged one. */
export function zipMembers(bytes: Uint8Array, path: string): readonly ZipMember[] {
  const tail = bytes.subarray(Math.max(0, bytes.length - ZIP_TAIL));
  const directory = findZipDirectory(tail, bytes.length, path);
  const { start, length } = directory;
  return parseZipDirectory(bytes.subarray(start, start + length), directory, path);
}

/**
 * The bytes of a member as they are in the archive, not copied, and their position.
 *
 * @throws FormatError if the member's own header is missing, or the archive ends before the member does.
 */
export function packedMember(
  bytes: Uint8Array,
  member: ZipMember,
  path: string,
): { readonly packed: Uint8Array; readonly offset: number } {
  const local = bytes.subarray(member.header, member.header + ZIP_LOCAL);
  const offset = zipDataStart(local, member, path);
  if (offset + member.packed > bytes.length) {
    throw new FormatError(path, `member ${excerpt(member.name)}: the file is truncated`, offset);
  }
  return { packed: bytes.subarray(offset, offset + member.packed), offset };
}

/** The name of a member in error messages. */
export function memberPath(path: string, member: ZipMember): string {
  return `${path}/${member.name}`;
}

/** @throws FormatError unless the bytes of a member have the checksum that the archive states. */
export function expectChecksum(
  bytes: Uint8Array,
  member: ZipMember,
  path: string,
  offset: number,
): void {
  const crc = crc32(bytes);
  if (crc === member.crc) return;
  const problem = `expected the checksum ${hex(member.crc)}, got ${hex(crc)}; the file is damaged`;
  throw new FormatError(memberPath(path, member), problem, offset);
}

function hex(value: number): string {
  return value.toString(16).padStart(8, '0');
}
