import type { Preparation } from '@halp/data';
import {
  expectArray,
  expectFunction,
  expectInteger,
  expectObject,
  expectOneOf,
  expectText,
  gotText,
} from '@halp/random/check';
import type { OptionCheck, OptionChecks } from './check-call.ts';
import type { ModuleTrust } from './modules.ts';

/** The check of an option that may be left out. */
export const optional =
  (check: OptionCheck): OptionCheck =>
  (caller, name, value) => {
    if (value !== undefined) check(caller, name, value);
  };

/** A string that is not empty. */
export const aPath: OptionCheck = (caller, name, value) => {
  if (value !== '') expectText(caller, `${name} to be a path`, value as string);
  else throw new RangeError(`${caller}: expected ${name} to be a path, got ''`);
};

/** A string. */
export const aString: OptionCheck = (caller, name, value) => {
  expectText(caller, `${name} to be a string`, value as string);
};

/** An array. */
export const aList: OptionCheck = (caller, name, value) => {
  expectArray(caller, `${name} to be a list`, value as readonly unknown[]);
};

/** An array of strings that are not empty. */
export const aListOfPaths: OptionCheck = (caller, name, value) => {
  aList(caller, name, value);
  for (const [i, path] of (value as readonly unknown[]).entries()) {
    aPath(caller, `${name}[${i}]`, path);
  }
};

/** An array of strings. */
export const aListOfStrings: OptionCheck = (caller, name, value) => {
  aList(caller, name, value);
  for (const [i, text] of (value as readonly unknown[]).entries()) {
    aString(caller, `${name}[${i}]`, text);
  }
};

/** An integer of at least `least`. */
export const anInteger =
  (least: number): OptionCheck =>
  (caller, name, value) => {
    expectInteger(caller, name, value as number, least);
  };

/** An array of integers of at least `least`. */
export const aListOfIntegers =
  (least: number): OptionCheck =>
  (caller, name, value) => {
    aList(caller, name, value);
    for (const [i, number] of (value as readonly unknown[]).entries()) {
      expectInteger(caller, `${name}[${i}]`, number as number, least);
    }
  };

/** True or false. */
export const aFlag: OptionCheck = (caller, name, value) => {
  if (typeof value === 'boolean') return;
  throw new TypeError(`${caller}: expected ${name} to be true or false, got ${gotText(value)}`);
};

/** One of some strings. */
export const oneOf =
  (choices: readonly string[]): OptionCheck =>
  (caller, name, value) => {
    expectOneOf(caller, name, value as string, choices);
  };

/** An object. */
export const anObject: OptionCheck = (caller, name, value) => {
  expectObject(caller, value as object, `${name} to be an object`);
};

/** A value that the function itself checks. */
export const checkedLater: OptionCheck = () => undefined;

/** An `AbortSignal`. */
export const aSignal: OptionCheck = (caller, name, value) => {
  const { throwIfAborted } = (value ?? {}) as Partial<AbortSignal>;
  if (typeof throwIfAborted === 'function') return;
  throw new TypeError(`${caller}: expected ${name} to be an AbortSignal, got ${gotText(value)}`);
};

const aFunction: OptionCheck = (caller, name, value) => {
  expectFunction(caller, `${name} to be a function`, value);
};

/** A function that nobody awaits: the rejection of an async one would end the process. */
const aListener: OptionCheck = (caller, name, value) => {
  aFunction(caller, name, value);
  if (Object.prototype.toString.call(value) !== '[object AsyncFunction]') return;
  throw new TypeError(
    `${caller}: expected ${name} to be a function that returns nothing, got an async function; ` +
      'it is not awaited: start asynchronous work in it, and handle its errors there',
  );
};

/** `onEvent`. */
export const events: Readonly<Record<'onEvent', OptionCheck>> = { onEvent: optional(aListener) };

/** `onEvent` and `signal`. */
export const eventsAndSignal: Readonly<Record<'onEvent' | 'signal', OptionCheck>> = {
  ...events,
  signal: optional(aSignal),
};

/** The options of `ModuleTrust`. */
export const moduleTrust: OptionChecks<ModuleTrust> = {
  allowModules: optional(aFlag),
  ownRecipe: checkedLater,
};

const CHANNELS: readonly Preparation['channels'][] = ['xyz', 'xy-score'];

/** `channels`: what the third number of a joint is. */
export const channels: Readonly<Record<'channels', OptionCheck>> = {
  channels: optional(oneOf(CHANNELS)),
};
