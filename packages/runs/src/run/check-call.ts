import { type BackendName, BACKENDS } from '@halp/backend';
import { expectOneOf, expectOptions } from '@halp/random/check';

/** Throws unless the value of an option is valid. */
export type OptionCheck = (caller: string, name: string, value: unknown) => void;

/** A check for each option of a function: the compiler reports an option without one. */
export type OptionChecks<Options extends object> = {
  readonly [Name in keyof Options]-?: OptionCheck;
};

/**
 * Checks the options of a call, before any work is done; the caller may be plain JavaScript.
 *
 * @param what - What is expected, if that is not the only argument with options.
 * @throws TypeError if the options are not an object, or one has another type.
 * @throws RangeError if an option is unknown (with the most similar name), a number is out of range, or a value is not
 * among the choices.
 */
export function checkCall<Options extends object>(
  caller: string,
  options: Options,
  checks: OptionChecks<Options>,
  what?: string,
): void {
  const given = expectOptions(caller, options, checks, what) as Readonly<Record<string, unknown>>;
  for (const [name, check] of Object.entries<OptionCheck>(checks)) check(caller, name, given[name]);
}

/** @throws RangeError unless `name` is undefined or the name of a backend. */
export function expectBackend(caller: string, name: BackendName | undefined): void {
  if (name !== undefined) expectOneOf(caller, 'a backend', name, BACKENDS);
}
