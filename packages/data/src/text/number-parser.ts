const [PLUS, MINUS, POINT, ZERO, NINE, UPPER_E, LOWER_E] = [43, 45, 46, 48, 57, 69, 101];
/** For integers up to this one, ten times the integer is still exact as a double. */
const MAX_MANTISSA = 2 ** 53 / 10 - 1;
/** The powers of ten that a double holds exactly. */
const POWERS: Float64Array = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));

/**
 * Reads decimal numerals from bytes, each to the same double as `Number` of its text.
 *
 * A numeral is `[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?`; `NaN`, `Infinity`, hexadecimal and empty text are not numerals.
 *
 * Numerals of up to 15 digits and powers of ten up to 22 take one multiplication or division of two exact doubles, which
 * therefore rounds correctly (Clinger, "How to read floating point numbers accurately", PLDI 1990); other numerals are
 * parsed by `Number`.
 */
export class NumeralReader {
  /** The byte at which the next numeral is expected. */
  position: number;
  readonly #bytes: Uint8Array;

  /** Reads from `bytes`, from `position` on. */
  constructor(bytes: Uint8Array, position = 0) {
    this.#bytes = bytes;
    this.position = position;
  }

  /**
   * The numeral that starts at `position`, which moves behind it; NaN if no numeral starts there, and `position` stays.
   * The bytes behind the numeral are not examined. The result may be infinite, as `Number('1e999')` is.
   */
  next(): number {
    const bytes = this.#bytes;
    const start = this.position;
    let at = start;
    let byte = bytes[at] as number;
    const negative = byte === MINUS;
    if (negative || byte === PLUS) byte = bytes[++at] as number;

    let mantissa = 0;
    let exact = true;
    const whole = at;
    for (; byte >= ZERO && byte <= NINE; byte = bytes[++at] as number) {
      if (mantissa > MAX_MANTISSA) exact = false;
      else mantissa = mantissa * 10 + (byte - ZERO);
    }
    let digits = at - whole;
    let exponent = 0;
    if (byte === POINT) {
      const fraction = at + 1;
      for (
        byte = bytes[++at] as number;
        byte >= ZERO && byte <= NINE;
        byte = bytes[++at] as number
      ) {
        if (mantissa > MAX_MANTISSA) exact = false;
        else mantissa = mantissa * 10 + (byte - ZERO);
      }
      exponent = fraction - at;
      digits -= exponent;
    }
    if (digits === 0) return NaN;

    if (byte === UPPER_E || byte === LOWER_E) {
      let end = at + 1;
      byte = bytes[end] as number;
      const down = byte === MINUS;
      if (down || byte === PLUS) byte = bytes[++end] as number;
      const first = end;
      let power = 0;
      for (; byte >= ZERO && byte <= NINE; byte = bytes[++end] as number) {
        power = power * 10 + (byte - ZERO);
      }
      // An e without digits is not part of the numeral.
      if (end > first) {
        at = end;
        exponent += down ? -power : power;
      }
    }

    this.position = at;
    if (!exact || exponent < -22 || exponent > 22) return Number(textOf(bytes, start, at));
    const value =
      exponent < 0
        ? mantissa / (POWERS[-exponent] as number)
        : mantissa * (POWERS[exponent] as number);
    return negative ? -value : value;
  }
}

/**
 * The number that a text is, exactly as {@link NumeralReader} reads it; NaN if it is not a decimal numeral.
 */
export function numberIn(text: string): number {
  return /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text) ? Number(text) : NaN;
}

/** The index of the first byte after a UTF-8 byte order mark; 0 without a mark. */
export function afterMark(bytes: Uint8Array): number {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
}

/** The text of bytes `start` to `end - 1`, one character a byte. */
export function textOf(bytes: Uint8Array, start: number, end: number): string {
  return latin1.decode(bytes.subarray(start, end));
}

const latin1 = new TextDecoder('latin1');
