import { crc32 } from 'node:zlib';

/** A member of an archive in the making; every claim can be made a lie. */
export interface TestMember {
  readonly name: string;
  /** The bytes as stored in the archive. */
  readonly packed: Uint8Array;
  readonly method?: 0 | 8;
  /** The size that the archive claims. */
  readonly size: number;
  /** The checksum that the archive claims. Default: that of `packed`. */
  readonly crc?: number;
  readonly flags?: number;
  /** The position of the member's own header according to the directory. Default: the true one. */
  readonly header?: number;
}

/** A piece of an archive and where it stands, so that a large one can be written with a hole. */
export interface Piece {
  readonly at: number;
  readonly bytes: Uint8Array;
}

/**
 * The pieces of a zip archive (APPNOTE 4.3): members, directory, zip64 records, end.
 *
 * @param gap - Bytes that are left out after the packed bytes of the first member, which claims to have them.
 */
export function zipPieces(members: readonly TestMember[], gap = 0): readonly Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  const put = (bytes: Uint8Array): number => {
    pieces.push({ at, bytes });
    at += bytes.length;
    return at - bytes.length;
  };
  const entries = members.map((member, i) => {
    const { name, packed, method = 0, size, crc = crc32(packed), flags = 0 } = member;
    const hole = i === 0 ? gap : 0;
    const header = put(
      record(
        [0x04034b50, 4],
        [20, 2],
        [flags, 2],
        [method, 2],
        [0, 4],
        [crc, 4],
        [0xffffffff, 4],
        [0xffffffff, 4],
        [name.length, 2],
        [0, 2],
        name,
      ),
    );
    put(packed);
    at += hole;
    return { ...member, method, crc, flags, header, packedSize: packed.length + hole, size };
  });
  const start = at;
  for (const [i, { name, method, crc, flags, header, packedSize, size }] of entries.entries()) {
    const place = members[i]?.header ?? header;
    put(
      record(
        [0x02014b50, 4],
        [45, 2],
        [45, 2],
        [flags, 2],
        [method, 2],
        [0, 4],
        [crc, 4],
        [0xffffffff, 4],
        [0xffffffff, 4],
        [name.length, 2],
        [28, 2],
        [0, 2],
        [0, 2],
        [0, 2],
        [0, 4],
        [0xffffffff, 4],
        name,
        [1, 2],
        [24, 2],
        [size, 8],
        [packedSize, 8],
        [place, 8],
      ),
    );
  }
  const length = at - start;
  const count = members.length;
  const end64 = put(
    record(
      [0x06064b50, 4],
      [44, 8],
      [45, 2],
      [45, 2],
      [0, 4],
      [0, 4],
      [count, 8],
      [count, 8],
      [length, 8],
      [start, 8],
    ),
  );
  put(record([0x07064b50, 4], [0, 4], [end64, 8], [1, 4]));
  put(
    record(
      [0x06054b50, 4],
      [0, 2],
      [0, 2],
      [0xffff, 2],
      [0xffff, 2],
      [0xffffffff, 4],
      [0xffffffff, 4],
      [0, 2],
    ),
  );
  return pieces;
}

/** The bytes of a zip archive in memory. */
export function zip(members: readonly TestMember[]): Uint8Array {
  const pieces = zipPieces(members);
  const last = pieces.at(-1) as Piece;
  const bytes = new Uint8Array(last.at + last.bytes.length);
  for (const piece of pieces) bytes.set(piece.bytes, piece.at);
  return bytes;
}

/** A member whose bytes stand as they are. */
export function stored(name: string, packed: Uint8Array): TestMember {
  return { name, packed, size: packed.length };
}

type Field = readonly [value: number, bytes: 2 | 4 | 8] | string;

function record(...fields: readonly Field[]): Uint8Array {
  return new Uint8Array(
    fields.flatMap((field) => {
      if (typeof field === 'string') return [...new TextEncoder().encode(field)];
      const [value, bytes] = field;
      const whole = new DataView(new ArrayBuffer(8));
      whole.setBigUint64(0, BigInt(value), true);
      return [...new Uint8Array(whole.buffer, 0, bytes)];
    }),
  );
}
