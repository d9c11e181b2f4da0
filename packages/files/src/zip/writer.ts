import { crc32 } from './crc32.ts';

/** A member of an archive to be written. */
export interface ZipContent {
  /** Its name, in ASCII. */
  readonly name: string;
  /** Its bytes, which are stored as they are. */
  readonly bytes: Uint8Array;
}

const LOCAL = { signature: 0x04034b50, size: 30 } as const;
const MEMBER = { signature: 0x02014b50, size: 46 } as const;
const END = { signature: 0x06054b50, size: 22 } as const;
const VERSION = 20;
/** The 1st of January 1980: no clock is read, so that equal contents give equal bytes. */
const DATE = 0x21;
const EXTRA = 4;
/** PyTorch's name for the extra field that aligns a member. */
const PADDING_FIELD = 0x4246;
const LARGEST = 2 ** 32 - 1;

/**
 * The bytes of a zip archive (APPNOTE 4.3) with these members, stored, each starting at a multiple of `alignment`.
 *
 * @throws RangeError if it would be 4 GiB or larger.
 */
export function formatZip(contents: readonly ZipContent[], alignment: number): Uint8Array {
  let at = 0;
  const members = contents.map(({ name, bytes }) => {
    const header = at;
    const unpadded = header + LOCAL.size + name.length + EXTRA;
    const padding = (alignment - (unpadded % alignment)) % alignment;
    at = unpadded + padding + bytes.length;
    return { name, bytes, header, padding, crc: crc32(bytes) };
  });
  const directory = at;
  const end = members.reduce((sum, { name }) => sum + MEMBER.size + name.length, directory);
  if (end + END.size > LARGEST) {
    throw new RangeError(`formatZip: expected less than 4 GiB, got ${end + END.size} bytes`);
  }
  const archive = new Uint8Array(end + END.size);
  const view = new DataView(archive.buffer);
  const letters = (name: string, start: number): void => {
    for (let i = 0; i < name.length; i++) archive[start + i] = name.charCodeAt(i);
  };
  let entry = directory;
  for (const { name, bytes, header, padding, crc } of members) {
    // Both headers hold checksum, sizes and the length of the name in this order.
    const facts = (start: number): void => {
      view.setUint32(start, crc, true);
      view.setUint32(start + 4, bytes.length, true);
      view.setUint32(start + 8, bytes.length, true);
      view.setUint16(start + 12, name.length, true);
    };
    view.setUint32(header, LOCAL.signature, true);
    view.setUint16(header + 4, VERSION, true);
    view.setUint16(header + 12, DATE, true);
    facts(header + 14);
    view.setUint16(header + 28, EXTRA + padding, true);
    letters(name, header + LOCAL.size);
    const extra = header + LOCAL.size + name.length;
    view.setUint16(extra, PADDING_FIELD, true);
    view.setUint16(extra + 2, padding, true);
    archive.set(bytes, extra + EXTRA + padding);
    view.setUint32(entry, MEMBER.signature, true);
    view.setUint16(entry + 4, VERSION, true);
    view.setUint16(entry + 6, VERSION, true);
    view.setUint16(entry + 14, DATE, true);
    facts(entry + 16);
    view.setUint32(entry + 42, header, true);
    letters(name, entry + MEMBER.size);
    entry += MEMBER.size + name.length;
  }
  view.setUint32(end, END.signature, true);
  view.setUint16(end + 8, members.length, true);
  view.setUint16(end + 10, members.length, true);
  view.setUint32(end + 12, end - directory, true);
  view.setUint32(end + 16, directory, true);
  return archive;
}
