const PROTO = 0x80;
const LONG1 = 0x8a;
const TUPLES = [0x29, 0x85, 0x86, 0x87] as const;
/** The most items per operation, as in Python. */
const BATCH = 1000;
const INT64_BYTES = 8;

/** Writes a pickle of protocol 2, operation by operation. */
export class PickleWriter {
  readonly #bytes: number[] = [PROTO, 2];
  readonly #caller: string;

  /** @param caller - The name of the public function, for error messages. */
  constructor(caller: string) {
    this.#caller = caller;
  }

  /** The whole pickle; nothing can be written after this call. */
  finish(): Uint8Array {
    this.#put('.');
    return Uint8Array.from(this.#bytes);
  }

  none(): void {
    this.#put('N');
  }

  boolean(value: boolean): void {
    this.#bytes.push(value ? 0x88 : 0x89);
  }

  /** A whole number as int, any other as float. */
  number(value: number): void {
    if (Number.isSafeInteger(value) && !Object.is(value, -0)) this.integer(BigInt(value));
    else {
      const bytes = new Uint8Array(8);
      new DataView(bytes.buffer).setFloat64(0, value, false);
      this.#put('G', ...bytes);
    }
  }

  /** @throws RangeError if it does not fit 64 bits. */
  integer(value: bigint): void {
    const bytes = new Uint8Array(INT64_BYTES);
    new DataView(bytes.buffer).setBigInt64(0, value, true);
    if (value >= 0n && value < 256n) this.#put('K', Number(value));
    else if (BigInt.asIntN(32, value) === value) this.#put('J', ...bytes.subarray(0, 4));
    else if (BigInt.asIntN(64, value) === value) this.#bytes.push(LONG1, INT64_BYTES, ...bytes);
    else throw new RangeError(`${this.#caller}: expected an integer of 64 bits, got ${value}`);
  }

  /** @throws RangeError if it holds half of a surrogate pair, which UTF-8 cannot encode. */
  text(value: string): void {
    if (/\p{Surrogate}/u.test(value)) {
      throw new RangeError(`${this.#caller}: expected a text in Unicode, got half of a character`);
    }
    const bytes = new TextEncoder().encode(value);
    this.#put('X', ...uint32(bytes.length));
    for (const byte of bytes) this.#bytes.push(byte);
  }

  /** A class or function by its name. */
  name(module: string, name: string): void {
    this.#put(`c${module}\n${name}\n`);
  }

  tuple(items: readonly (() => void)[]): void {
    const short = TUPLES[items.length];
    if (short === undefined) this.#put('(');
    for (const item of items) item();
    if (short === undefined) this.#put('t');
    else this.#bytes.push(short);
  }

  list(items: readonly (() => void)[]): void {
    this.#put(']');
    this.#fill(items, 'e');
  }

  /** @param pairs - Each writes a key and its value. */
  dict(pairs: readonly (() => void)[]): void {
    this.#put('}');
    this.#fill(pairs, 'u');
  }

  /** The result of a function called with a tuple of arguments. */
  call(module: string, name: string, args: readonly (() => void)[]): void {
    this.name(module, name);
    this.tuple(args);
    this.#put('R');
  }

  /** A reference to an object outside of the pickle. */
  reference(id: readonly (() => void)[]): void {
    this.tuple(id);
    this.#put('Q');
  }

  #fill(items: readonly (() => void)[], end: string): void {
    for (let i = 0; i < items.length; i += BATCH) {
      this.#put('(');
      for (const item of items.slice(i, i + BATCH)) item();
      this.#put(end);
    }
  }

  #put(letters: string, ...bytes: readonly number[]): void {
    for (let i = 0; i < letters.length; i++) this.#bytes.push(letters.charCodeAt(i));
    this.#bytes.push(...bytes);
  }
}

function uint32(value: number): readonly number[] {
  return [value & 255, (value >> 8) & 255, (value >> 16) & 255, (value >>> 24) & 255];
}
