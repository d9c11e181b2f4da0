import { FormatError } from '../format/format-error.ts';
import { bytesOf, type Piece } from './piece.ts';

/** A NumPy text, or a list of them, that has not been read. */
export class PendingTexts {
  /** The position of the texts in the file. */
  readonly piece: Piece;
  readonly #code: string;
  readonly #byteOrder: 'little' | 'big';
  readonly #count: number | undefined;

  /**
   * @param code - NumPy's code, such as `U6` for texts of up to 6 characters, or `S6` for up to 6 bytes.
   * @param count - The number of texts; undefined for a single text that is no list.
   */
  constructor(code: string, byteOrder: 'little' | 'big', piece: Piece, count?: number) {
    this.#code = code;
    this.#byteOrder = byteOrder;
    this.piece = piece;
    this.#count = count;
  }

  /**
   * The texts, or bytes, without the zeros with which NumPy pads them.
   *
   * @param view - The bytes of {@link piece}.
   * @throws FormatError if a character is not in Unicode.
   */
  read(view: Uint8Array, path: string): string | Uint8Array | readonly (string | Uint8Array)[] {
    const bytes = bytesOf(this.piece, view, path);
    if (this.#count === undefined) return this.#one(bytes, path);
    const each = this.#count === 0 ? 0 : bytes.length / this.#count;
    return Array.from({ length: this.#count }, (_, i) =>
      this.#one(bytes.subarray(i * each, (i + 1) * each), path),
    );
  }

  #one(bytes: Uint8Array, path: string): string | Uint8Array {
    if (this.#code.startsWith('S')) {
      return bytes.slice(0, bytes.findLastIndex((byte) => byte !== 0) + 1);
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let text = '';
    for (let at = 0; at + 4 <= bytes.length; at += 4) {
      const point = view.getUint32(at, this.#byteOrder === 'little');
      if (point > 0x10ffff) {
        const problem = `expected characters of Unicode, got ${point}`;
        throw new FormatError(path, problem, this.piece.start);
      }
      text += String.fromCodePoint(point);
    }
    return text.replace(/\0+$/, '');
  }
}
