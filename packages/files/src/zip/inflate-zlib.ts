import { FormatError } from '../format/format-error.ts';
import { inflatePieces } from './inflate.ts';

const HEADER = 2;
const TRAILER = 4;
const ADLER = 65_521;
/** The number of bytes that can be summed before the sums must be reduced to stay exact. */
const ADLER_RUN = 3800;

/**
 * The inflated bytes of a zlib stream (RFC 1950), after verifying the checksum.
 *
 * @param most - The most bytes to inflate; a stream that holds more is refused before all of it is inflated.
 * @param path - The file's name, for error messages.
 * @param offset - The byte of the file at which the stream starts.
 * @throws FormatError if this is no zlib stream, or it is truncated, damaged or holds more bytes.
 */
export function inflateZlib(
  stream: Uint8Array,
  most: number,
  path: string,
  offset: number,
): Uint8Array {
  const [method = 0, flags = 0] = stream;
  const isZlib = (method & 15) === 8 && (method * 256 + flags) % 31 === 0 && (flags & 32) === 0;
  if (stream.length <= HEADER + TRAILER || !isZlib) {
    throw new FormatError(path, `expected zlib data, got ${stream.length} other bytes`, offset);
  }
  const end = stream.length - TRAILER;
  const pieces: Uint8Array[] = [];
  let length = 0;
  inflatePieces(stream.subarray(HEADER, end), path, offset + HEADER, (piece) => {
    length += piece.length;
    pieces.push(piece);
    if (length <= most) return true;
    const problem = `expected at most ${most} bytes of compressed data, got more`;
    throw new FormatError(path, problem, offset);
  });
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  const trailer = new DataView(stream.buffer, stream.byteOffset + end, TRAILER);
  if (adler32(bytes) !== trailer.getUint32(0)) {
    throw new FormatError(
      path,
      'expected the checksum of the compressed data, got another',
      offset,
    );
  }
  return bytes;
}

/** RFC 1950, section 8.2. */
function adler32(bytes: Uint8Array): number {
  let [low, high] = [1, 0];
  for (let start = 0; start < bytes.length; start += ADLER_RUN) {
    const end = Math.min(bytes.length, start + ADLER_RUN);
    for (let i = start; i < end; i++) {
      low += bytes[i] as number;
      high += low;
    }
    low %= ADLER;
    high %= ADLER;
  }
  return high * 65_536 + low;
}
