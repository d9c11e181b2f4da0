import { FormatError } from '@halp/files';
import { afterMark, numberIn, NumeralReader, textOf } from './number-parser.ts';

/** One line of a text file, split at spaces and tabs. */
export interface Line {
  /** The fields. */
  readonly fields: readonly string[];
  /** The number of the line, from 1. */
  readonly number: number;
  /** The byte at which the line starts. */
  readonly offset: number;
  /** The byte at which the next line starts. */
  readonly end: number;
}

/** Reads a text of numbers line by line, and says where it stopped. */
export interface LineReader {
  /**
   * The next line.
   *
   * @param what - What is expected in it, for error messages.
   * @param count - How many fields it must have.
   * @throws FormatError if the file ends before, or the line has another number of fields.
   */
  next(what: string, count: number): Line;
  /**
   * Reads the next line, of `count` fields, and writes the first `numbers` of them to `out` from `at` on;
   * the other fields are counted, and not read.
   *
   * @throws FormatError as `next`, and if one of them is no finite number in the range of float32.
   */
  nextNumbers(what: string, count: number, out: Float64Array, at: number, numbers: number): void;
  /**
   * The whole number that is the only field of the next line.
   *
   * @throws FormatError as `next`, and if it is not 1 to 15 digits.
   */
  nextCount(what: string): number;
  /** Asserts that only white space is left. */
  end(): void;
  /** The number of bytes that are left. */
  remaining(): number;
}

const [LF, CR, SPACE, ZERO, NINE] = [10, 13, 32, 48, 57];
/** No line of numbers is longer; what is, is not such a file. */
const LONGEST_LINE = 16_384;
/** From here on a coordinate would be infinite in float32. */
const BEYOND_FLOAT32 = 2 ** 128 - 2 ** 103;
const MAX_COUNT_DIGITS = 15;

/**
 * Reads lines that end in LF or CRLF; the last one may end with the file, and a mark of UTF-8 is passed over.
 *
 * Well-formed lines are read byte by byte, without making texts of them. Every other line is read
 * again as text, which accepts it or says what is wrong, so that there is one place for that.
 */
export function readLines(bytes: Uint8Array, path: string): LineReader {
  const numerals = new NumeralReader(bytes);
  let offset = afterMark(bytes);
  let number = 0;

  return {
    next,
    nextNumbers(what, count, out, at, numbers) {
      const end = scanNumbers(count, out, at, numbers);
      if (end === undefined) readNumbers(next(what, count), out, at, numbers);
      else skipTo(end);
    },
    nextCount(what) {
      let at = offset;
      let value = 0;
      for (; isDigit(bytes[at]); at++) value = value * 10 + (bytes[at] as number) - ZERO;
      const end = lineEnd(at);
      if (end !== undefined && at > offset && at - offset <= MAX_COUNT_DIGITS) {
        skipTo(end);
        return value;
      }
      const line = next(what, 1);
      const text = line.fields[0] as string;
      if (!/^\d{1,15}$/.test(text)) throw wrongField(line, path, what, text);
      return Number(text);
    },
    end() {
      while (offset < bytes.length) {
        const at = offset;
        number++;
        if (take().length > 0) {
          throw new FormatError(path, `line ${number}: expected the end of the file, got more`, at);
        }
      }
    },
    remaining: () => bytes.length - offset,
  };

  function next(what: string, count: number): Line {
    number++;
    const at = offset;
    if (at >= bytes.length) {
      const problem = `line ${number}: expected ${what}, got the end of the file; the file is truncated`;
      throw new FormatError(path, problem, at);
    }
    const fields = take();
    if (fields.length !== count) {
      const got = fields.length === 0 ? 'an empty line' : `${fields.length} fields`;
      const problem = `line ${number}: expected ${what} (${count} field${count === 1 ? '' : 's'}), got ${got}`;
      throw new FormatError(path, problem, at);
    }
    return { fields, number, offset: at, end: offset };
  }

  function take(): string[] {
    const found = bytes.indexOf(LF, offset);
    const end = found < 0 ? bytes.length : found;
    const stop = end > offset && bytes[end - 1] === CR ? end - 1 : end;
    if (stop - offset > LONGEST_LINE) {
      const problem = `line ${number}: expected at most ${LONGEST_LINE} bytes in a line, got ${stop - offset}`;
      throw new FormatError(path, problem, offset);
    }
    const text = textOf(bytes, offset, stop);
    offset = Math.min(end + 1, bytes.length);
    return text.split(/[ \t]/).filter((field) => field !== '');
  }

  function skipTo(end: number): void {
    offset = end;
    number++;
  }

  /** Where the next line starts if this one ends at `at`. */
  function lineEnd(at: number): number | undefined {
    if (bytes[at] === LF) return at + 1;
    return bytes[at] === CR && bytes[at + 1] === LF ? at + 2 : undefined;
  }

  /** As `nextNumbers`; where the next line starts, or undefined if this one is not well-formed. */
  function scanNumbers(
    count: number,
    out: Float64Array,
    at: number,
    numbers: number,
  ): number | undefined {
    let place = offset;
    for (let i = 0; i < numbers; i++) {
      if (i > 0 && bytes[place++] !== SPACE) return undefined;
      numerals.position = place;
      const value = numerals.next();
      // Not so for NaN either.
      if (!(value < BEYOND_FLOAT32 && value > -BEYOND_FLOAT32)) return undefined;
      out[at + i] = value;
      place = numerals.position;
    }
    let fields = numbers;
    let byte = bytes[place] as number;
    while (byte === SPACE) {
      byte = bytes[++place] as number;
      if (byte > SPACE) fields++;
      while (byte > SPACE) byte = bytes[++place] as number;
    }
    const end = lineEnd(place);
    return fields === count && end !== undefined && end - offset <= LONGEST_LINE ? end : undefined;
  }

  function readNumbers(line: Line, out: Float64Array, at: number, numbers: number): void {
    for (let i = 0; i < numbers; i++) {
      const text = line.fields[i] as string;
      const value = numberIn(text);
      // Beyond the range of float32 the clip would hold an infinity.
      if (!Number.isFinite(Math.fround(value))) {
        throw wrongField(line, path, 'a finite coordinate', text);
      }
      out[at + i] = value;
    }
  }
}

/** A text in quotation marks for an error message, cut after 40 characters. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}

/** The error that names a field of a line. */
export function wrongField(line: Line, path: string, wanted: string, got: string): FormatError {
  const problem = `line ${line.number}: expected ${wanted}, got ${quoted(got)}`;
  return new FormatError(path, problem, line.offset);
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= NINE;
}
