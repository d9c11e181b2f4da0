import { gotText } from '@halp/random/check';

/**
 * Throws unless the value is a typed array of the given kind; for a plain array the message says how to convert it.
 *
 * @throws TypeError otherwise.
 */
export function expectTyped(
  caller: string,
  what: string,
  value: Float32Array | Int32Array,
  kind: typeof Float32Array | typeof Int32Array,
): void {
  if (value instanceof kind) return;
  throw new TypeError(
    `${caller}: expected ${what} to be numbers in a ${kind.name}, got ${gotText(value)}; convert them with ${kind.name}.from`,
  );
}
