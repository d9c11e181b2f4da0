import { FormatError } from '../format/format-error.ts';

/** Bytes of a MAT-file, or what a compressed part of one holds, and how they are to be read. */
export interface MatBytes {
  readonly bytes: Uint8Array;
  readonly littleEndian: boolean;
  readonly path: string;
  /** Where the bytes start in the file; undefined inside compressed data. */
  readonly start?: number;
  /** Where an error is said to be if the place itself is compressed. */
  readonly within: number;
}

/** A data element: a type, and the bytes that the tag before them announces. */
export interface MatElement {
  /** The number of its type: 1 to 9 and 12, 13 numbers, 14 a matrix, 15 compressed. */
  readonly type: number;
  readonly body: MatBytes;
  /** The byte after it and its padding. */
  readonly next: number;
}

/** The type of an element that holds an array. */
export const MATRIX = 14;
/** The type of an element that holds another in compressed form. */
export const COMPRESSED = 15;

const TAG = 8;
const SMALL = 4;

/** The place of a byte in the file, as well as it is known. */
export function offsetIn(source: MatBytes, at: number): number {
  return source.start === undefined ? source.within : source.start + at;
}

/**
 * The element that starts at byte `at`. Its body is not copied.
 *
 * @throws FormatError if the bytes end before it does.
 */
export function readElement(source: MatBytes, at: number): MatElement {
  const { bytes, littleEndian, path } = source;
  if (at + TAG > bytes.length) {
    const problem = `expected a tag of ${TAG} bytes, got ${Math.max(0, bytes.length - at)}; the file is truncated`;
    throw new FormatError(path, problem, offsetIn(source, at));
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const word = view.getUint32(at, littleEndian);
  const isSmall = word >>> 16 !== 0;
  const type = isSmall ? word & 0xffff : word;
  const length = isSmall ? word >>> 16 : view.getUint32(at + 4, littleEndian);
  const start = at + (isSmall ? SMALL : TAG);
  const room = isSmall ? SMALL : bytes.length - start;
  if (length > room) {
    const problem = `expected ${length} bytes of data, got ${room}`;
    const advice = isSmall ? '' : '; the file is truncated';
    throw new FormatError(path, problem + advice, offsetIn(source, at));
  }
  const end = start + length;
  // Compressed elements alone are not padded to a multiple of 8; the last padding may be left out.
  const padded = type === COMPRESSED ? end : Math.min(bytes.length, at + roundUp(end - at));
  const body = {
    ...source,
    bytes: bytes.subarray(start, end),
    ...(source.start === undefined ? {} : { start: source.start + start }),
  };
  return { type, body, next: isSmall ? at + TAG : padded };
}

function roundUp(length: number): number {
  return Math.ceil(length / 8) * 8;
}
