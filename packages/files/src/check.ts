/** The bytes of a file of a binary format: a Uint8Array (also a Node Buffer) or an ArrayBuffer. */
export type Bytes = Uint8Array | ArrayBuffer;

/** The contents of a file of a text format: its bytes, or the text itself. */
export type TextBytes = Bytes | string;

/**
 * The bytes of a binary file, never copied: a plain array over the same memory. The `slice` of a Node Buffer would share
 * its memory where that of a Uint8Array copies.
 *
 * @throws TypeError for anything but bytes, such as a text.
 */
export function fileBytes(caller: string, input: Bytes): Uint8Array {
  if (input instanceof Uint8Array) {
    if (input.constructor === Uint8Array) return input;
    return new Uint8Array(input.buffer, input.byteOffset, input.byteLength);
  }
  if (input instanceof ArrayBuffer) return new Uint8Array(input);
  const advice =
    typeof input === 'string' ? '; read the file without an encoding' : '; give a Uint8Array';
  throw new TypeError(`${caller}: expected the bytes of a file, got ${gotText(input)}${advice}`);
}

/**
 * The bytes of a text file; a text becomes UTF-8.
 *
 * @throws TypeError for anything but bytes or a text.
 */
export function textFileBytes(caller: string, input: TextBytes): Uint8Array {
  return typeof input === 'string' ? new TextEncoder().encode(input) : fileBytes(caller, input);
}

/**
 * Throws unless the value is a text, as paths and names are.
 *
 * @throws TypeError otherwise.
 */
export function expectText(caller: string, what: string, value: string): void {
  if (typeof value === 'string') return;
  throw new TypeError(`${caller}: expected ${what}, got ${gotText(value)}`);
}

/**
 * The value, if it is an object with fields, such as named arrays.
 *
 * @throws TypeError otherwise, also for a list.
 */
export function expectObject<Value extends object>(
  caller: string,
  value: Value,
  what: string,
): Value {
  const fits = typeof value === 'object' && (value as object | null) !== null;
  if (fits && !Array.isArray(value)) return value;
  throw new TypeError(`${caller}: expected ${what}, got ${gotText(value)}`);
}

/**
 * A value as text for an error message, on one line.
 *
 * A copy of `gotText` in `@halp/random`, as the checks above are: this package has no dependency of this workspace.
 */
export function gotText(value: unknown): string {
  if (typeof value === 'string') {
    return value.length > 60
      ? `a text of ${value.length} characters`
      : `'${JSON.stringify(value).slice(1, -1)}'`;
  }
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (ArrayBuffer.isView(value) && 'length' in value) {
    return `a ${value.constructor.name} of ${String(value.length)}`;
  }
  return 'an object';
}
