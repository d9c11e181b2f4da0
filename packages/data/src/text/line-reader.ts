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

/** Reads a text of numbers line by line. */
export interface LineReader {
  /**
   * The next line.
   *
   * @param what - The expected contents, for error messages.
   * @param count - The expected number of fields.
   * @throws FormatError if the file has ended, or the line has another number of fields.
   */
  next(what: string, count: number): Line;
  /**
   * Reads the next line of `count` fields, and writes the first `numbers` fields to `out` from index `at`; the other
   * fields are counted but not parsed.
   *
   * @throws FormatError as `next`, and if one of these fields is not a finite number in the range of float32.
   */
  nextNumbers(what: string, count: number, out: Float64Array, at: number, numbers: number): void;
  /**
   * The non-negative integer that is the only field of the next line.
   *
   * @throws FormatError as `next`, and if the field is not 1 to 15 digits.
   */
  nextCount(what: string): number;
  /** Checks that only white space is left. @throws FormatError otherwise. */
  end(): void;
  /** The number of remaining bytes. */
  remaining(): number;
}

const [LF, CR, SPACE, ZERO, NINE] = [10, 13, 32, 48, 57];
/** The maximum length of a line in bytes; a file with a longer line has another format. */
const LONGEST_LINE = 16_384;
/** The smallest positive number that rounds to infinity in float32. */
const BEYOND_FLOAT32 = 2 ** 128 - 2 ** 103;
const MAX_COUNT_DIGITS = 15;

/**
 * A reader of lines that end in LF or CRLF; the last line may end with the file, and a UTF-8 byte order mark is skipped.
 *
 * Well-formed lines are parsed byte by byte, without creating strings. Every other line is parsed again as text, which
 * accepts it or throws, so that all errors come from one place.
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
          throw new FormatError(
            path,
            `line ${number}: expected the end of the file, got another line`,
            at,
          );
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

  /** The start of the next line, if this one ends at `at`. */
  function lineEnd(at: number): number | undefined {
    if (bytes[at] === LF) return at + 1;
    return bytes[at] === CR && bytes[at + 1] === LF ? at + 2 : undefined;
  }

  /** As `nextNumbers`, byte by byte: the start of the next line, or undefined if this line is not well-formed. */
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
      // NaN fails this comparison, too.
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
