import type { NativeOptions } from './options.ts';
import { NATIVE_PACKAGES } from './package-name.ts';

// A copy of checks in `@halp/random/check`: this package depends on no other.

/** A value as text for error messages: `'text'`, `7`, `nothing`, `an object`. */
function gotText(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (typeof value === 'string') return `'${value}'`;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object') return 'an object';
  return typeof value === 'function' ? 'a function' : `${value as number | boolean}`;
}

function refuse(caller: string, wanted: string, value: unknown): never {
  throw new TypeError(`${caller}: expected ${wanted}, got ${gotText(value)}`);
}

/** @throws TypeError unless the value is a non-empty text. */
export function requireText(caller: string, name: string, value: unknown): void {
  if (typeof value !== 'string' || value === '') refuse(caller, `${name} to be a text`, value);
}

/** @throws TypeError unless the value has these fields, all of them texts. */
export function requireTexts(
  caller: string,
  what: string,
  value: unknown,
  fields: readonly string[],
): void {
  const record = value as Readonly<Record<string, unknown>> | null | undefined;
  const lacking = fields.find((field) => typeof record?.[field] !== 'string');
  if (lacking !== undefined) refuse(caller, `${what}, with ${fields.join(', ')}`, value);
}

/** For each option: its type in words, and a check. */
const OPTIONS: Readonly<
  Record<keyof NativeOptions, readonly [what: string, fits: (value: unknown) => boolean]>
> = {
  project: ['a text', isText],
  package: [
    NATIVE_PACKAGES.join(' or '),
    (value) => NATIVE_PACKAGES.some((name) => name === value),
  ],
  wheelFile: ['a text', isText],
  cuda: ['true or false', (value) => typeof value === 'boolean'],
  wheel: ['a wheel, such as TENSORFLOW_CPU', isObject],
  cache: ['a text', isText],
  env: ['an object of variables', isObject],
  signal: ['an AbortSignal', (value) => value instanceof AbortSignal],
  onProgress: ['a function', (value) => typeof value === 'function'],
};

/**
 * The options of a call.
 *
 * @throws TypeError if they are no object, or an option has another type or an unknown name.
 */
export function requireOptions(caller: string, options: NativeOptions): NativeOptions {
  if (!isObject(options)) refuse(caller, 'options to be an object', options);
  for (const [name, value] of Object.entries(options)) {
    const known = Object.hasOwn(OPTIONS, name) ? OPTIONS[name as keyof NativeOptions] : undefined;
    if (known === undefined)
      refuse(caller, `options among ${Object.keys(OPTIONS).join(', ')}`, name);
    const [what, fits] = known;
    if (value !== undefined && !fits(value)) refuse(caller, `${name} to be ${what}`, value);
  }
  return options;
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
