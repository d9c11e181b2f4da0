import { Inflate } from 'fflate';
import { FormatError } from '../format/format-error.ts';

/** A byte inflates to at most 1032, so that a piece makes at most 4 MB before they are counted. */
const PIECE = 4096;

/** The most bytes to which one byte of deflated data can inflate. */
export const MOST_INFLATED = 1032;

/**
 * Inflates a stream (RFC 1951) piece by piece, until it ends or `take` returns false.
 *
 * @param take - Gets each piece, which it may keep; returns whether it wants more.
 * @param path - The file's name, for error messages.
 * @param offset - The byte of the file at which the stream starts.
 * @throws FormatError if this is no deflated stream, or it is truncated.
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
      throw new FormatError(path, `expected compressed data, got ${problem}`, offset + at);
    }
  }
}

/**
 * The first `length` inflated bytes of a stream; fewer only if the stream holds fewer.
 *
 * @throws FormatError if this is no deflated stream, or it is truncated before that.
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
 * The inflated bytes of a stream, which must be exactly `length`.
 *
 * @throws FormatError if this is no deflated stream, it is truncated, or it holds fewer or more bytes; in the last case,
 * at most `length` bytes and one piece are inflated.
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
