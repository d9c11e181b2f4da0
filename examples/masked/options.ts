import { expectNames, expectNumber } from '@halp/random/check';

/**
 * The options of a recipe's module, with the default of every number that it does not give.
 *
 * @param caller - the name of the objective, for error messages.
 * @throws RangeError if there is an option of another name; TypeError if one is not a number.
 */
export function numbersFrom<Name extends string>(
  caller: string,
  options: Readonly<Record<string, unknown>>,
  defaults: Readonly<Record<Name, number>>,
): Readonly<Record<Name, number>> {
  expectNames(caller, 'options', options, Object.keys(defaults));
  const numbers = { ...defaults, ...(options as Readonly<Partial<Record<Name, number>>>) };
  for (const [name, value] of Object.entries<number>(numbers)) expectNumber(caller, name, value);
  return numbers;
}

/** Throws unless the value is in (0, 1): at least one token is masked and one is not. @throws RangeError otherwise. */
export function expectShare(caller: string, name: string, value: number): void {
  if (value > 0 && value < 1) return;
  throw new RangeError(`${caller}: expected ${name} in (0, 1), got ${value}`);
}

/** Throws unless the value is above 0 and finite. @throws RangeError otherwise. */
export function expectPositive(caller: string, name: string, value: number): void {
  if (value > 0 && Number.isFinite(value)) return;
  throw new RangeError(`${caller}: expected a positive ${name}, got ${value}`);
}
