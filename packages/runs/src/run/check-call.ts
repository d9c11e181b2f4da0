import { type BackendName, BACKENDS } from '@halp/backend';
import {
  expectArray,
  expectInteger,
  expectOneOf,
  expectOptions,
  expectText,
  gotText,
} from '@halp/random/check';

/** What the options of a call must hold. */
export interface CallFields {
  /** Paths and names that must be given. */
  readonly texts?: readonly string[] | undefined;
  /** Lists that must be given. */
  readonly lists?: readonly string[] | undefined;
  /** Whole numbers that may be left out, and the least of each. */
  readonly integers?: Readonly<Record<string, number>> | undefined;
}

/**
 * Refuses a call from plain JavaScript whose options are not what they should be, before any work is done.
 *
 * @throws TypeError if the options are no object, a path is no text, a list no list, or `onEvent` no function.
 * @throws RangeError if a number is no integer, or too small.
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
    `${caller}: expected ${name} to be a function, got ${gotText(value)}; leave it out to hear nothing`,
  );
}

/** Throws unless it is the name of a backend, or left out. @throws RangeError otherwise. */
export function expectBackend(caller: string, name: BackendName | undefined): void {
  if (name !== undefined) expectOneOf(caller, 'a backend', name, BACKENDS);
}
