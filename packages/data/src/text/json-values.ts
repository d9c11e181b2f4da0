import { FormatError } from '@halp/files';
import { isObject, type JsonObject, kindOf } from './json.ts';

/**
 * A list that stands in a JSON file.
 *
 * @param length - How long it must be; undefined for any length.
 * @param place - Where it stands, for error messages.
 * @throws FormatError if this is no list, or one of another length.
 */
export function listIn(
  value: unknown,
  length: number | undefined,
  place: string,
  path: string,
): readonly unknown[] {
  if (!Array.isArray(value) || (length !== undefined && value.length !== length)) {
    const wanted = length === undefined ? 'a list' : `a list of ${length}`;
    throw new FormatError(path, `${place}: expected ${wanted}, got ${kindOf(value)}`);
  }
  return value;
}

/** An object that stands in a JSON file. @throws FormatError if this is none. */
export function objectIn(value: unknown, place: string, path: string): JsonObject {
  if (isObject(value)) return value;
  throw new FormatError(path, `${place}: expected an object, got ${kindOf(value)}`);
}

/**
 * A number that stands in a JSON file, rounded to float32.
 *
 * @throws FormatError if this is no number, or one that float32 does not hold.
 */
export function float32In(value: unknown, place: string, path: string): number {
  const rounded = typeof value === 'number' ? Math.fround(value) : NaN;
  if (Number.isFinite(rounded)) return rounded;
  const isMissing = value === null || typeof value === 'number';
  const advice = isMissing && !Number.isFinite(value) ? '; what is not seen is 0' : '';
  throw new FormatError(path, `${place}: expected a finite number, got ${kindOf(value)}${advice}`);
}

/** Whether a value is a text that is not empty. */
export function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** Whether a value is an integer of at least 0. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** Whether a value is an object, not a list, with this key. */
export function hasKey(value: unknown, key: string): boolean {
  return isObject(value) && Object.hasOwn(value, key);
}
