import { FormatError } from '../format/format-error.ts';

/** Bytes of a MAT-file or of a decompressed part of one, and how to read them. */
export interface MatBytes {
  readonly bytes: Uint8Array;
  readonly littleEndian: boolean;
  readonly path: string;
  /** The position of the bytes in the file; undefined for decompressed data. */
  readonly start?: number | undefined;
  /** The position that errors report if the exact one is inside compressed data. */
  readonly within: number;
}

/** A data element: a type, and its data. */
export interface MatElement {
  /** The number of its type: 1 to 9, 12 and 13 are numbers, 14 is a matrix, 15 is compressed. */
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

/** The position of a byte in the file, as precise as it is known. */
export function offsetIn(source: MatBytes, at: number): number {
  return source.start === undefined ? source.within : source.start + at;
}

/**
 * The element that starts at byte `at`. Its body is not copied.
 *
 * @throws FormatError if the bytes end before the element does.
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
  // Only compressed elements are not padded to a multiple of 8; the last padding may be missing.
  const padded = type === COMPRESSED ? end : Math.min(bytes.length, at + roundUp(end - at));
  const body = {
    ...source,
    bytes: bytes.subarray(start, end),
    start: source.start === undefined ? undefined : source.start + start,
  };
  return { type, body, next: isSmall ? at + TAG : padded };
}

function roundUp(length: number): number {
  return Math.ceil(length / 8) * 8;
}
