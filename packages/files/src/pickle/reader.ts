import { FormatError } from '../format/format-error.ts';
import type { PickleSource, Piece, PieceKind } from './piece.ts';

const PROTO = 0x80;
const INT = 0x49;
const BUILD = 0x62;
const POP = 0x30;
const REFERENCE = 0x51;
const LONG1 = 0x8a;
const LONG4 = 0x8b;
const SHORT_TEXT = 0x8c;
const OLDEST = 2;
const NEWEST = 5;
const LONGEST_LINE = 256;
/** Longer integers occur in no data set, and would take quadratic time. */
const LONGEST_INTEGER = 64;

const ALLOWED = 1;
/** Makes a tuple. */
const TUPLE = 2;
/** Stores the latest value in the memo. */
const REMEMBERS = 4;
/** Calls a function, or sets the state of an object. */
const TAKES_TUPLE = 8;
/** Makes or fills a dict. */
const DICT = 16;

/** The flags of each operation. Only operations of data are allowed: constants, texts, bytes, containers, calls, memo. */
const OPERATIONS: Uint8Array = /* @__PURE__ */ operations();

function operations(): Uint8Array {
  const table = new Uint8Array(256);
  const mark = (flag: number, ...codes: readonly (string | number)[]): void => {
    for (const code of codes) {
      const bytes = typeof code === 'string' ? Array.from(code, (c) => c.charCodeAt(0)) : [code];
      for (const byte of bytes) table[byte] = (table[byte] as number) | flag;
    }
  };
  mark(ALLOWED, '(.IJKMNRTUXabc}eh]jqrst)uGBC', PROTO, 0x85, 0x86, 0x87, 0x88, 0x89, LONG1, LONG4);
  mark(ALLOWED, SHORT_TEXT, 0x8d, 0x8e, 0x8f, 0x90, 0x91, 0x93, 0x94, 0x95, 0x96);
  mark(TUPLE, ')t', 0x85, 0x86, 0x87);
  mark(REMEMBERS, 'qr', 0x94);
  mark(TAKES_TUPLE, 'Rb');
  mark(DICT, '}su');
  return table;
}

/**
 * The input of pickleparser: passes bytes and texts to it as {@link Piece}s, which are not read yet, and refuses every
 * operation that the library would handle wrongly.
 *
 * The library reads negative integers as huge ones and rounds those above 2^53, reads texts of Python 2 as windows-1252,
 * replaces damaged UTF-8, moves backwards at negative lengths, and spreads any number of arguments. So this class reads
 * integers itself, only records the position of texts and bytes, refuses operations that no data need, and requires that a
 * call or a state follows the tuple that it takes. A state that is a dict, which holds the attributes of an OrderedDict,
 * is left out.
 */
export class PickleReader {
  #position = 0;
  #atOperation = false;
  /** What the latest operation made, memo operations aside: TUPLE, DICT or 0. */
  #made = 0;
  #integer: number | bigint | undefined;
  readonly #source: PickleSource;
  readonly #path: string;
  readonly #start: number;
  readonly #references: boolean;

  /**
   * @param start - The first byte of the pickle.
   * @param references - Whether references to objects outside of the pickle are allowed.
   */
  constructor(source: PickleSource, path: string, start: number, references: boolean) {
    this.#source = source;
    this.#path = path;
    this.#start = this.#position = start;
    this.#references = references;
  }

  /** The current position. */
  get position(): number {
    return this.#position;
  }

  /** An error at the current position. */
  fail(problem: string): FormatError {
    return new FormatError(this.#path, problem, this.#position);
  }

  hasNext(): boolean {
    this.#atOperation = true;
    if (this.#position < this.#source.length) return true;
    throw this.fail('expected more of the pickle, got its end; the file is truncated');
  }

  byte(): number {
    if (this.#atOperation) return this.#operation();
    return this.#integer === undefined ? this.#next() : 0;
  }

  uint16(): number {
    return viewOf(this.#take(2)).getUint16(0, true);
  }

  int32(): number {
    return viewOf(this.#take(4)).getInt32(0, true);
  }

  uint32(): number {
    return viewOf(this.#take(4)).getUint32(0, true);
  }

  uint64(): number {
    return Number(viewOf(this.#take(8)).getBigUint64(0, true));
  }

  float64(): number {
    return viewOf(this.#take(8)).getFloat64(0, false);
  }

  skip(length: number): void {
    this.#expect(length);
    this.#position += length;
  }

  bytes(length: number): Uint8Array {
    // The library only puts this value on its stack.
    return this.#piece(length, 'bytes') as unknown as Uint8Array;
  }

  string(length: number, encoding: 'ascii' | 'utf-8'): string {
    const integer = this.#integer;
    this.#integer = undefined;
    const value = integer ?? this.#piece(length, encoding === 'ascii' ? 'latin1' : 'utf-8');
    return value as unknown as string;
  }

  line(): string {
    const most = Math.min(LONGEST_LINE, this.#source.length - this.#position);
    const view = this.#source.view(this.#position, this.#position + most);
    const length = view.indexOf(0x0a);
    if (length < 0) throw this.fail('expected a line, got no end of one');
    const line = String.fromCharCode(...view.subarray(0, length));
    this.#position += length + 1;
    return line;
  }

  #operation(): number {
    this.#atOperation = false;
    const start = this.#position;
    const operation = this.#next();
    const facts = OPERATIONS[operation] as number;
    const refuse = (problem: string): FormatError => new FormatError(this.#path, problem, start);
    if (start === this.#start && operation !== PROTO) {
      throw refuse(
        `expected a pickle of protocol ${OLDEST} to ${NEWEST}, got a file that does not begin as one`,
      );
    }
    if (operation === PROTO) this.#expectProtocol();
    if ((facts & ALLOWED) === 0 && !(this.#references && operation === REFERENCE)) {
      throw refuse(`expected data, got the pickle operation 0x${operation.toString(16)}`);
    }
    const made = this.#made;
    if ((facts & REMEMBERS) === 0) this.#made = facts & (TUPLE | DICT);
    // Removed from the stack; the object stays as it is.
    if (operation === BUILD && made === DICT) return POP;
    if ((facts & TAKES_TUPLE) !== 0 && made !== TUPLE) {
      throw refuse('expected arguments, got none');
    }
    // The library would read the number wrongly, so it gets the number in place of a short text.
    if (operation === INT) this.#integer = this.#readDigits();
    else if (operation === LONG1) this.#integer = this.#readInteger(this.byte());
    else if (operation === LONG4) this.#integer = this.#readInteger(this.uint32());
    return this.#integer === undefined ? operation : SHORT_TEXT;
  }

  #expectProtocol(): void {
    this.#expect(1);
    const version = this.#source.at(this.#position);
    if (version < OLDEST || version > NEWEST) {
      throw this.fail(
        `expected pickle protocol ${OLDEST} to ${NEWEST}, got ${version}; write it with protocol=4`,
      );
    }
  }

  /** Two's complement, the lowest byte first. */
  #readInteger(length: number): number | bigint {
    if (length > LONGEST_INTEGER) {
      throw this.fail(`expected an integer of at most ${LONGEST_INTEGER} bytes, got ${length}`);
    }
    const value = this.#take(length).reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n);
    return numberOf(BigInt.asIntN(8 * length, value));
  }

  /** How Python 2 writes integers of more than 32 bits that are no `long`. */
  #readDigits(): number | bigint {
    const digits = this.line();
    if (!/^-?[1-9]\d{0,18}$/.test(digits)) throw this.fail('expected the digits of an integer');
    return numberOf(BigInt(digits));
  }

  #piece(length: number, kind: PieceKind): Piece {
    const start = this.#position;
    this.skip(length);
    return { start, length, kind };
  }

  #next(): number {
    this.#expect(1);
    return this.#source.at(this.#position++);
  }

  #take(length: number): Uint8Array {
    const start = this.#position;
    this.#position = this.#expect(length);
    return this.#source.view(start, this.#position);
  }

  /** The end of the next `length` bytes. */
  #expect(length: number): number {
    const left = this.#source.length - this.#position;
    if (length >= 0 && length <= left) return this.#position + length;
    throw this.fail(`expected ${length} more bytes, got ${left}; the file is truncated or damaged`);
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function numberOf(integer: bigint): number | bigint {
  return Number.isSafeInteger(Number(integer)) ? Number(integer) : integer;
}
