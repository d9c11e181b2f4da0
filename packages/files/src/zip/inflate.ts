import { Inflate } from 'fflate';
import { FormatError } from '../format/format-error.ts';

/** Deflate makes at most 1032 bytes of one, so that no more than 4 MB are made before they are counted. */
const PIECE = 4096;

/** The most bytes that one byte of deflated data can become. */
export const MOST_INFLATED = 1032;

/**
 * Hands over what a deflated stream (RFC 1951) holds, piece by piece, until it ends or `take` has enough.
 *
 * @param take - Gets each piece, which it may keep; answers whether it wants more.
 * @param path - The file's name, for error messages.
 * @param offset - The byte of the file at which the stream starts.
 * @throws FormatError if this is no such stream, or it is cut.
 */
export function inflatePieces(
  stream: Uint8Array,
  path: string,
  offset: number,
  take: (piece: Uint8Array) => boolean,
): void {
  let more = true;
  const inflate = new Inflate((piece) => {
    more &&= take(piece);
  });
  for (let at = 0; more && at < stream.length; at += PIECE) {
    const next = Math.min(stream.length, at + PIECE);
    try {
      inflate.push(stream.subarray(at, next), next === stream.length);
    } catch (error) {
      if (error instanceof FormatError) throw error;
      const problem = error instanceof Error ? error.message : String(error);
      throw new FormatError(path, `expected compressed data to go on, got ${problem}`, offset + at);
    }
  }
}

/**
 * Up to `length` bytes of what a deflated stream holds, from its start; fewer only if it holds fewer.
 *
 * @throws FormatError if this is no such stream, or it is cut before that.
 */
export function inflateStart(
  stream: Uint8Array,
  length: number,
  path: string,
  offset: number,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let done = 0;
  inflatePieces(stream, path, offset, (piece) => {
    bytes.set(piece.subarray(0, length - done), done);
    done = Math.min(length, done + piece.length);
    return done < length;
  });
  return bytes.subarray(0, done);
}

/**
 * What a deflated stream holds, which must be `length` bytes.
 *
 * @throws FormatError if this is no such stream, or it is cut, or holds fewer or more bytes; no more
 * than `length` and a piece are made.
 */
export function inflateExactly(
  stream: Uint8Array,
  length: number,
  path: string,
  offset: number,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let done = 0;
  inflatePieces(stream, path, offset, (piece) => {
    if (done + piece.length <= length) bytes.set(piece, done);
    done += piece.length;
    return done <= length;
  });
  if (done === length) return bytes;
  const got = done < length ? String(done) : 'more';
  throw new FormatError(path, `expected ${length} bytes of compressed data, got ${got}`, offset);
}
