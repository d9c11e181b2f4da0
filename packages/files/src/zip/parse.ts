import { excerpt } from '../format/excerpt.ts';
import { FormatError } from '../format/format-error.ts';
import { MOST_INFLATED } from './inflate.ts';

/** A member of a zip archive. */
export interface ZipMember {
  /** The name in the archive. */
  readonly name: string;
  /** Whether the bytes are stored uncompressed or deflated. */
  readonly method: 'stored' | 'deflated';
  /** The CRC-32 of the uncompressed bytes. */
  readonly crc: number;
  /** The size in the archive, in bytes. */
  readonly packed: number;
  /** The uncompressed size, in bytes. */
  readonly size: number;
  /** The position of the member's own header in the archive. */
  readonly header: number;
}

/** The position of the directory, an archive's list of members. */
export interface ZipDirectory {
  /** The first byte. */
  readonly start: number;
  /** The size in bytes. */
  readonly length: number;
  /** The number of members. */
  readonly members: number;
}

const END = { signature: 0x06054b50, size: 22 } as const;
const LOCATOR = { signature: 0x07064b50, size: 20 } as const;
const END64 = { signature: 0x06064b50, size: 56 } as const;
const MEMBER = { signature: 0x02014b50, size: 46 } as const;
const LOCAL = { signature: 0x04034b50, size: 30 } as const;
const LONGEST_COMMENT = 0xffff;
/** A directory of a hundred thousand members is smaller. */
const LONGEST_DIRECTORY = 2 ** 24;
const IN_ZIP64 = 0xffffffff;
const ZIP64_FIELD = 1;
const ENCRYPTED = 1;
const UTF8 = 0x800;

/** The number of last bytes of an archive that {@link findZipDirectory} needs. */
export const ZIP_TAIL: number = LONGEST_COMMENT + END.size + LOCATOR.size + END64.size;
/** The number of bytes of a member's own header that {@link zipDataStart} needs. */
export const ZIP_LOCAL: number = LOCAL.size;

/**
 * The position of the directory of a zip archive, also beyond 4 GiB (zip64).
 *
 * Source: PKWARE's APPNOTE, sections 4.3.14 to 4.3.16.
 *
 * @param tail - The last {@link ZIP_TAIL} bytes of the archive, or the whole archive if it is shorter.
 * @param length - The size of the whole archive.
 * @throws FormatError if this is no zip archive, or not a whole one in one file.
 */
export function findZipDirectory(tail: Uint8Array, length: number, path: string): ZipDirectory {
  const view = viewOf(tail);
  const base = length - tail.length;
  let end = tail.length - END.size;
  while (end >= 0 && !isEnd(view, end)) end--;
  if (end < 0) {
    const got = `${length} bytes without the end of one`;
    throw new FormatError(path, `expected a zip archive, got ${got}; it may be truncated`);
  }
  let limit = end;
  let directory: ZipDirectory = {
    start: view.getUint32(end + 16, true),
    length: view.getUint32(end + 12, true),
    members: view.getUint16(end + 10, true),
  };
  const locator = end - LOCATOR.size;
  if (locator >= 0 && view.getUint32(locator, true) === LOCATOR.signature) {
    const end64 = uint64(view, locator + 8) - base;
    // Only records with parts that no writer of arrays makes have another position.
    if (
      end64 !== locator - END64.size ||
      end64 < 0 ||
      view.getUint32(end64, true) !== END64.signature
    ) {
      throw new FormatError(path, 'expected a zip64 record before its locator', base + locator);
    }
    limit = end64;
    directory = {
      start: uint64(view, end64 + 48),
      length: uint64(view, end64 + 40),
      members: uint64(view, end64 + 32),
    };
  }
  const { start, length: bytes, members } = directory;
  const fits = bytes <= LONGEST_DIRECTORY && members * MEMBER.size <= bytes;
  if (start + bytes !== base + limit || !fits) {
    const problem = `expected a directory of ${members} members before byte ${base + limit}`;
    throw new FormatError(path, `${problem}, got ${bytes} bytes at ${start}`, base + limit);
  }
  return directory;
}

/**
 * The members that the directory of a zip archive lists, in its order.
 *
 * @param bytes - The directory.
 * @throws FormatError if an entry is damaged, encrypted or compressed by a method other than deflate, if two members
 * overlap, or if a member claims a size that its compressed bytes cannot hold.
 */
export function parseZipDirectory(
  bytes: Uint8Array,
  directory: ZipDirectory,
  path: string,
): readonly ZipMember[] {
  const members: ZipMember[] = [];
  let at = 0;
  while (at < bytes.length) {
    const { member, next } = readMember(bytes, at, directory.start + at, path);
    members.push(member);
    at = next;
  }
  if (members.length !== directory.members) {
    const problem = `expected ${directory.members} members, got ${members.length}`;
    throw new FormatError(path, problem, directory.start);
  }
  expectApart(members, directory.start, path);
  return members;
}

/**
 * The position of the first byte of a member's data.
 *
 * @param local - The {@link ZIP_LOCAL} bytes of the archive from the member's `header` on.
 * @throws FormatError if there is no such header.
 */
export function zipDataStart(local: Uint8Array, member: ZipMember, path: string): number {
  const view = viewOf(local);
  if (local.length < LOCAL.size || view.getUint32(0, true) !== LOCAL.signature) {
    const problem = `expected the header of ${excerpt(member.name)}, got other bytes`;
    throw new FormatError(path, problem, member.header);
  }
  return member.header + LOCAL.size + view.getUint16(26, true) + view.getUint16(28, true);
}

/** Whether this is the end record of the archive, followed by exactly its comment. */
function isEnd(view: DataView, at: number): boolean {
  return (
    view.getUint32(at, true) === END.signature &&
    at + END.size + view.getUint16(at + 20, true) === view.byteLength
  );
}

function readMember(
  bytes: Uint8Array,
  at: number,
  offset: number,
  path: string,
): { readonly member: ZipMember; readonly next: number } {
  const view = viewOf(bytes);
  const whole = at + MEMBER.size <= bytes.length;
  if (!whole || view.getUint32(at, true) !== MEMBER.signature) {
    throw new FormatError(path, 'expected a member of the archive, got other bytes', offset);
  }
  const extra = at + MEMBER.size + view.getUint16(at + 28, true);
  const comment = extra + view.getUint16(at + 30, true);
  const next = comment + view.getUint16(at + 32, true);
  if (next > bytes.length) {
    throw new FormatError(
      path,
      'expected a member of the archive, got the end of the list',
      offset,
    );
  }
  const flags = view.getUint16(at + 8, true);
  const nameBytes = bytes.subarray(at + MEMBER.size, extra);
  const name = new TextDecoder(flags & UTF8 ? 'utf-8' : 'latin1').decode(nameBytes);
  const sizes = [24, 20, 42].map((place) => view.getUint32(at + place, true));
  const [size, packed, header] = inZip64(sizes, view, extra, comment) as [number, number, number];
  const method = view.getUint16(at + 10, true);
  const fail = (problem: string): FormatError =>
    new FormatError(path, `member ${excerpt(name)}: ${problem}`, offset);
  if (flags & ENCRYPTED) throw fail('expected a member without password, got an encrypted one');
  if (method !== 0 && method !== 8) {
    throw fail(`expected stored or deflated bytes, got method ${method}`);
  }
  if (method === 0 ? packed !== size : size > packed * MOST_INFLATED) {
    throw fail(`expected a size that ${packed} bytes can hold, got ${size}`);
  }
  const crc = view.getUint32(at + 16, true);
  return {
    member: { name, method: method === 0 ? 'stored' : 'deflated', crc, packed, size, header },
    next,
  };
}

/** The sizes; those that do not fit 32 bits come from the zip64 extra field. */
function inZip64(
  sizes: readonly number[],
  view: DataView,
  start: number,
  end: number,
): readonly number[] {
  for (let at = start; at + 4 <= end;) {
    const next = at + 4 + view.getUint16(at + 2, true);
    if (view.getUint16(at, true) === ZIP64_FIELD && next <= end) {
      let place = at + 4;
      return sizes.map((size) => {
        if (size !== IN_ZIP64 || place + 8 > next) return size;
        place += 8;
        return uint64(view, place - 8);
      });
    }
    at = next;
  }
  return sizes;
}

/** Overlapping members could together claim any amount of memory. */
function expectApart(members: readonly ZipMember[], limit: number, path: string): void {
  const sorted = [...members].sort((a, b) => a.header - b.header);
  sorted.forEach(({ name, header, packed }, i) => {
    const end = sorted[i + 1]?.header ?? limit;
    if (header + LOCAL.size + packed <= end) return;
    const problem = `member ${excerpt(name)}: expected at most ${end - header} bytes, got ${packed}`;
    throw new FormatError(path, problem, Math.min(header, limit));
  });
}

/** Beyond 2^53 this is not exact, but then it is larger than any file. */
function uint64(view: DataView, at: number): number {
  return view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
