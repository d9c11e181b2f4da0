import { nearestName } from './nearest-name.ts';

/**
 * A field for every option of a function, whatever its value. The compiler reports a list that lacks an option, or has one
 * that does not exist.
 */
export type OptionNames<Options extends object> = {
  // Of a union, the names of all its members.
  readonly [Name in Options extends unknown ? keyof Options : never]-?: unknown;
};

/**
 * The options, if they are an object and each of them has a known name; undefined ones are ignored.
 *
 * @param names - every option of the function.
 * @param what - a description of the options for the message. Default: an object with these options.
 * @throws TypeError for anything else, including an array.
 * @throws RangeError for an unknown name, with the known ones and the most similar one.
 */
export function expectOptions<Options extends object>(
  caller: string,
  options: Options,
  // Not a text: it would be taken as names of an options type without fields.
  names: OptionNames<Options> & object,
  what = `an object with options among ${Object.keys(names).join(', ')}`,
): Options {
  expectObject(caller, options, what);
  for (const name in options) {
    if (Object.hasOwn(names, name) || options[name] === undefined) continue;
    expectNames(caller, 'an option', options, Object.keys(names));
  }
  return options;
}

/**
 * The value, if it is an object.
 *
 * @param what - a description of it for the message, such as `a recipe`.
 * @throws TypeError for anything else, including an array.
 */
export function expectObject<Value extends object>(
  caller: string,
  value: Value,
  what: string,
): Value {
  if (typeof value === 'object' && (value as Value | null) !== null && !Array.isArray(value)) {
    return value;
  }
  throw new TypeError(`${caller}: expected ${what}, got ${gotText(value)}`);
}

/**
 * Throws unless the value is an integer in [least, most].
 *
 * @param most - the largest value. Default: no limit.
 * @param meaning - what `most` is, for the message, such as `the number of clips`.
 * @throws RangeError otherwise, including for a number as text.
 */
export function expectInteger(
  caller: string,
  name: string,
  value: number,
  least: number,
  most: number = Infinity,
  meaning?: string,
): void {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return;
  const range = most === Infinity ? `of at least ${least}` : `in [${least}, ${most}]`;
  const note = meaning === undefined ? '' : `, ${meaning}`;
  throw new RangeError(
    `${caller}: expected ${name} to be an integer ${range}${note}, got ${gotText(value)}`,
  );
}

/**
 * Throws unless every named value is a positive integer.
 *
 * @throws RangeError otherwise, with the first name that is not.
 */
export function expectPositiveIntegers(
  caller: string,
  values: Readonly<Record<string, number>>,
): void {
  for (const [name, value] of Object.entries(values)) {
    if (Number.isSafeInteger(value) && value > 0) continue;
    throw new RangeError(`${caller}: expected a positive integer ${name}, got ${gotText(value)}`);
  }
}

/**
 * Throws unless the value is a number that is not NaN; infinity is accepted.
 *
 * @throws TypeError otherwise, including for a number as text.
 */
export function expectNumber(caller: string, name: string, value: number): void {
  if (typeof value === 'number' && !Number.isNaN(value)) return;
  throw new TypeError(`${caller}: expected ${name} to be a number, got ${gotText(value)}`);
}

/** Throws unless the value is a function. @throws TypeError otherwise. */
export function expectFunction(caller: string, what: string, value: unknown): void {
  if (typeof value === 'function') return;
  throw new TypeError(`${caller}: expected ${what}, got ${gotText(value)}`);
}

/** Throws unless the value is a string. @throws TypeError otherwise. */
export function expectText(caller: string, what: string, value: string): void {
  if (typeof value === 'string') return;
  throw new TypeError(`${caller}: expected ${what}, got ${gotText(value)}`);
}

/**
 * Throws unless the value is one of the known names.
 *
 * @throws RangeError with a list of them, and the one most similar to a misspelt name.
 */
export function expectOneOf(
  caller: string,
  what: string,
  value: string,
  known: readonly string[],
): void {
  if (known.includes(value)) return;
  throw new RangeError(
    `${caller}: expected ${what} among ${known.join(', ')}, got ${gotText(value)}${hintFor(value, known)}`,
  );
}

/**
 * Throws unless every field of an object has a known name; undefined fields are ignored.
 *
 * @throws RangeError with the known names, and the one most similar to a misspelt name.
 */
export function expectNames(
  caller: string,
  what: string,
  given: object,
  known: readonly string[],
): void {
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || known.includes(name)) continue;
    throw new RangeError(
      `${caller}: expected ${what} among ${known.join(', ')}, got ${gotText(name)}${hintFor(name, known)}`,
    );
  }
}

/** `; did you mean 'known'?` for the known name most similar to a misspelt one, or an empty text. */
export function hintFor(name: unknown, known: readonly string[]): string {
  const nearest = typeof name === 'string' ? nearestName(name, known) : undefined;
  return nearest === undefined ? '' : `; did you mean '${nearest}'?`;
}

/** Throws unless the value is an array. @throws TypeError otherwise. */
export function expectArray(caller: string, what: string, value: readonly unknown[]): void {
  if (Array.isArray(value)) return;
  throw new TypeError(`${caller}: expected ${what}, got ${gotText(value)}`);
}

/** A value as text for an error message, on one line: `'64'`, `7`, `an array of 3`, `a Float32Array of 12`. */
export function gotText(value: unknown): string {
  if (typeof value === 'string') {
    return value.length > LONGEST_TEXT
      ? `a text of ${value.length} characters`
      : `'${JSON.stringify(value).slice(1, -1)}'`;
  }
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  const kind = (value as { readonly constructor?: { readonly name?: string } }).constructor?.name;
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (ArrayBuffer.isView(value) && 'length' in value) return `a ${kind} of ${String(value.length)}`;
  return kind === undefined || kind === 'Object' || kind === '' ? 'an object' : `a ${kind}`;
}

/** Longer strings are not repeated in an error message. */
const LONGEST_TEXT = 60;
