import { type BackendName, BACKENDS } from '@halp/backend';
import {
  expectArray,
  expectInteger,
  expectOneOf,
  expectOptions,
  expectText,
  gotText,
} from '@halp/random/check';

/** The required fields of options, by kind. */
export interface CallFields {
  /** Required strings: paths and names. */
  readonly texts?: readonly string[] | undefined;
  /** Required arrays. */
  readonly lists?: readonly string[] | undefined;
  /** Optional integers, with the minimum of each. */
  readonly integers?: Readonly<Record<string, number>> | undefined;
}

/**
 * Checks the options of a call, before any work is done; the caller may be plain JavaScript.
 *
 * @throws TypeError if the options are not an object, a string or array is missing, or `onEvent` is not a function.
 * @throws RangeError if a number is not an integer, or below its minimum.
 */
export function checkCall(
  caller: string,
  options: object,
  { texts = [], lists = [], integers = {} }: CallFields,
): void {
  const given = expectOptions(caller, options) as Readonly<Record<string, unknown>>;
  for (const name of texts) expectText(caller, `${name} to be a text`, given[name] as string);
  for (const name of lists) {
    expectArray(caller, `${name} to be a list`, given[name] as readonly unknown[]);
  }
  for (const [name, least] of Object.entries(integers)) {
    if (given[name] !== undefined) expectInteger(caller, name, given[name] as number, least);
  }
  expectFunction(caller, 'onEvent', given['onEvent']);
}

function expectFunction(caller: string, name: string, value: unknown): void {
  if (value === undefined || typeof value === 'function') return;
  throw new TypeError(
    `${caller}: expected ${name} to be a function, got ${gotText(value)}; leave it out to get no events`,
  );
}

/** @throws RangeError unless `name` is undefined or the name of a backend. */
export function expectBackend(caller: string, name: BackendName | undefined): void {
  if (name !== undefined) expectOneOf(caller, 'a backend', name, BACKENDS);
}
