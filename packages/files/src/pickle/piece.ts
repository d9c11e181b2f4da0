import { FormatError } from '../format/format-error.ts';

/**
 * The contents of a piece: bytes, bytes as Python 3 writes them in protocol 2 (each as a character of a UTF-8 text), a
 * text, or a text of Python 2 (each byte a character).
 */
export type PieceKind = 'bytes' | 'bytes in utf-8' | 'utf-8' | 'latin1';

/** Bytes of a pickle that are read only when they are needed. */
export interface Piece {
  /** Where they start in the file. */
  readonly start: number;
  /** Their number in the file. */
  readonly length: number;
  /** Their contents. */
  readonly kind: PieceKind;
}

/** A pickle's bytes, in memory or in a file. */
export interface PickleSource {
  /** Their number. */
  readonly length: number;
  /** The byte at `position`. */
  at(position: number): number;
  /** The bytes in `[start, end)`, valid until the next call; may not be written to. */
  view(start: number, end: number): Uint8Array;
}

/** The bytes of a pickle that are in memory. */
export function sourceOf(bytes: Uint8Array): PickleSource {
  return {
    length: bytes.length,
    at: (position) => bytes[position] as number,
    view: (start, end) => bytes.subarray(start, end),
  };
}

/** A text may begin with a character that looks like a byte order mark. */
const UTF8 = /* @__PURE__ */ new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text of a piece. @throws FormatError if it is not UTF-8. */
export function textOf(piece: Piece, view: Uint8Array, path: string): string {
  if (piece.kind === 'latin1') return latin1(view);
  try {
    return UTF8.decode(view);
  } catch {
    throw new FormatError(path, 'expected a text in UTF-8, got other bytes', piece.start);
  }
}

/** The bytes of a piece, copied. @throws FormatError if they are written as a text that does not stand for bytes. */
export function bytesOf(piece: Piece, view: Uint8Array, path: string): Uint8Array<ArrayBuffer> {
  if (piece.kind !== 'bytes in utf-8') return Uint8Array.from(view);
  const bytes = new Uint8Array(view.length);
  let length = 0;
  for (let i = 0; i < view.length; i++, length++) {
    const first = view[i] as number;
    if (first < 0x80) bytes[length] = first;
    else {
      // The characters U+0080 to U+00FF take two bytes: 110000xx 10xxxxxx.
      const second = view[++i] ?? 0;
      if ((first & 0xfe) !== 0xc2 || (second & 0xc0) !== 0x80) {
        const offset = piece.start + i;
        throw new FormatError(path, 'expected bytes written as a text, got another text', offset);
      }
      bytes[length] = ((first & 3) << 6) | (second & 63);
    }
  }
  return bytes.slice(0, length);
}

// TextDecoder's latin1 is windows-1252, which differs from 0x80 to 0x9f.
function latin1(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 4096) {
    text += String.fromCharCode(...bytes.subarray(i, i + 4096));
  }
  return text;
}
