import { gotText } from './got-text.ts';

// Short copies of checks in `@halp/random/check`: this package has no dependency. Its lists of options, and those of
// `@halp/viewer`, are short, so a misspelt name gets the whole list and no guess.

/** A field for every option of a function, whatever its value; the compiler reports a missing and an unknown one. */
export type OptionNames<Options extends object> = { readonly [Name in keyof Options]-?: unknown };

/**
 * The options, if they are an object and each of them has a known name; undefined ones are ignored.
 *
 * @param names - every option of the function.
 * @param what - a description of the options for the message. Default: an object with these options.
 * @throws TypeError for anything else, including an array.
 * @throws RangeError for an unknown name.
 */
export function expectOptions<Options extends object>(
  caller: string,
  options: Options,
  names: OptionNames<Options>,
  what = `an object with options among ${Object.keys(names).join(', ')}`,
): Options {
  expectObject(caller, options, what);
  for (const name in options) {
    if (Object.hasOwn(names, name) || options[name] === undefined) continue;
    const known = Object.keys(names).join(', ');
    throw new RangeError(`${caller}: expected an option among ${known}, got ${gotText(name)}`);
  }
  return options;
}

/**
 * The value, if it is an object.
 *
 * @param what - a description of it for the message.
 * @throws TypeError for anything else, including an array.
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
