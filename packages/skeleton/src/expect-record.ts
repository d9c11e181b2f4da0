import { gotText } from './got-text.ts';

/**
 * Throws unless the value is an object with fields.
 *
 * @throws TypeError otherwise, including for an array.
 */
export function expectRecord(caller: string, what: string, value: object): void {
  const fits = typeof value === 'object' && (value as object | null) !== null;
  if (fits && !Array.isArray(value)) return;
  throw new TypeError(`${caller}: expected ${what}, got ${gotText(value)}`);
}
