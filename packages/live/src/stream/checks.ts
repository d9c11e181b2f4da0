import { expectNumber } from '@halp/random/check';

/** @throws TypeError unless the value is a number; RangeError unless it is positive and finite. */
export function expectPositive(caller: string, name: string, value: number): void {
  expectNumber(caller, name, value);
  if (value > 0 && value < Infinity) return;
  throw new RangeError(`${caller}: expected a positive ${name}, got ${value}`);
}

/** @throws TypeError unless the value is a number; RangeError unless it is in [0, most). */
export function expectFraction(caller: string, name: string, value: number, most: number): void {
  expectNumber(caller, name, value);
  if (value >= 0 && value < most) return;
  const range = most === Infinity ? 'of at least 0' : `in [0, ${most})`;
  throw new RangeError(`${caller}: expected a ${name} ${range}, got ${value}`);
}
