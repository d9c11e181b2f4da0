import { FormatError } from '@halp/files';
import { isObject, type JsonObject, kindOf } from './json.ts';

/**
 * A value of a JSON file as a list.
 *
 * @param length - The expected length; undefined for any length.
 * @param place - Its place in the file, for error messages.
 * @throws FormatError if the value is not a list, or has another length.
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

/** A value of a JSON file as an object. @throws FormatError if it is none. */
export function objectIn(value: unknown, place: string, path: string): JsonObject {
  if (isObject(value)) return value;
  throw new FormatError(path, `${place}: expected an object, got ${kindOf(value)}`);
}

/**
 * A value of a JSON file as a number, rounded to float32.
 *
 * @throws FormatError if the value is not a number, or float32 cannot hold it.
 */
export function float32In(value: unknown, place: string, path: string): number {
  const rounded = typeof value === 'number' ? Math.fround(value) : NaN;
  if (Number.isFinite(rounded)) return rounded;
  const isMissing = value === null || typeof value === 'number';
  const advice =
    isMissing && !Number.isFinite(value) ? '; write 0 for a joint that was not detected' : '';
  throw new FormatError(path, `${place}: expected a finite number, got ${kindOf(value)}${advice}`);
}

/** Whether a value is a non-empty string. */
export function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** Whether a value is an integer of at least 0. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** Whether a value is an object with this key, and not a list. */
export function hasKey(value: unknown, key: string): boolean {
  return isObject(value) && Object.hasOwn(value, key);
}
