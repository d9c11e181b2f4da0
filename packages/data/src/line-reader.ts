import { FormatError } from '@halp/files';

/** One line of a text file, split at spaces. */
export interface Line {
  /** The fields. */
  readonly fields: readonly string[];
  /** The number of the line, from 1. */
  readonly number: number;
  /** The byte at which the line starts. */
  readonly offset: number;
}

/** Reads a text of numbers line by line, and says where it stopped. */
export interface LineReader {
  /**
   * The next line.
   *
   * @param what What is expected in it, for error messages.
   * @param count How many fields it must have.
   * @throws FormatError if the file ends before, or the line has another number of fields.
   */
  next(what: string, count: number): Line;
  /** Asserts that only white space is left. */
  end(): void;
  /** The number of bytes that are left. */
  remaining(): number;
}

const LF = 10;
const CR = 13;
/** No line of numbers is longer; what is, is not such a file. */
const LONGEST_LINE = 4096;

/** Reads lines that end in LF or CRLF; the last one may end with the file. */
export function readLines(bytes: Uint8Array, path: string): LineReader {
  let offset = 0;
  let number = 0;
  return {
    next(what, count) {
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
      return { fields, number, offset: at };
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

  function take(): string[] {
    const found = bytes.indexOf(LF, offset);
    const end = found < 0 ? bytes.length : found;
    const stop = end > offset && bytes[end - 1] === CR ? end - 1 : end;
    if (stop - offset > LONGEST_LINE) {
      const problem = `line ${number}: expected at most ${LONGEST_LINE} bytes in a line, got ${stop - offset}`;
      throw new FormatError(path, problem, offset);
    }
    const text = decoder.decode(bytes.subarray(offset, stop));
    offset = Math.min(end + 1, bytes.length);
    return text.split(' ').filter((field) => field !== '');
  }
}

const decoder = new TextDecoder('latin1');
