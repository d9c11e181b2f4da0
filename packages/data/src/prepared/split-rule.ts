import { FormatError } from '@halp/files';
import { isObject, kindOf, parseJsonObject } from '../text/json.ts';
import { isName } from '../text/json-values.ts';
import { BENCHMARK_NAME, isBenchmarkName } from './benchmark-name.ts';

/** The conditions on a clip; a clip meets those that are given, and a list contains the allowed values. */
export interface ClipConditions {
  /** The part of the original benchmark. */
  readonly part?: 'train' | 'test' | undefined;
  /** The performers. */
  readonly subject?: readonly number[] | undefined;
  /** The cameras or views. */
  readonly camera?: readonly number[] | undefined;
  /** The recording setups. */
  readonly setup?: readonly number[] | undefined;
  /** The names of the classes. */
  readonly class?: readonly string[] | undefined;
  /** The names of the clips; `*` stands for any number of characters. */
  readonly name?: readonly string[] | undefined;
}

/** Which clips of a benchmark belong to a part: those that meet all conditions, and not all of `not`. */
export interface ClipRule extends ClipConditions {
  /** Clips that meet all of these conditions are excluded. Default: none. */
  readonly not?: ClipConditions | undefined;
}

/** A split of the clips of a benchmark of a prepared set, as plain data. A clip in neither part is left out. */
export interface SplitRule {
  /** The benchmark whose training and test clips are split again. */
  readonly from: string;
  /** The training clips. */
  readonly train: ClipRule;
  /** The test clips. */
  readonly test: ClipRule;
}

/** The conditions with lists, and the kind of their values. */
export const listConditions = {
  subject: 'integers',
  camera: 'integers',
  setup: 'integers',
  class: 'names',
  name: 'names',
} as const;

/** The first fault of a value that should be a split: its place, and what was expected and got. Undefined if there is none. */
export function splitFault(value: unknown, place: string): string | undefined {
  if (!isObject(value)) return `${place}: expected { from, train, test }, got ${kindOf(value)}`;
  const odd = Object.keys(value).find((key) => !['from', 'train', 'test'].includes(key));
  if (odd !== undefined) return `${place}: expected from, train and test, got ${kindOf(odd)}`;
  if (!isBenchmarkName(value['from'])) {
    return `${place}.from: expected the name of a benchmark, got ${kindOf(value['from'])}`;
  }
  return ruleFault(value['train'], `${place}.train`) ?? ruleFault(value['test'], `${place}.test`);
}

/** The first fault of the name of a split. */
export function splitNameFault(name: string): string | undefined {
  return isBenchmarkName(name) ? undefined : `expected ${BENCHMARK_NAME}, got ${kindOf(name)}`;
}

/**
 * The splits in the bytes of a JSON file: `{ "NAME": { "from", "train", "test" }, ... }`.
 *
 * @param path - The file's name, for error messages.
 * @throws FormatError with the place of the first fault.
 */
export function parseSplits(bytes: Uint8Array, path: string): Readonly<Record<string, SplitRule>> {
  const json = parseJsonObject(bytes, path);
  const fault = splitsFault(json);
  if (fault !== undefined) throw new FormatError(path, fault);
  return json as Readonly<Record<string, SplitRule>>;
}

/** The first fault of a value that should be splits by name. */
export function splitsFault(value: unknown): string | undefined {
  if (!isObject(value) || Object.keys(value).length === 0) {
    return `expected splits by name, got ${kindOf(value)}`;
  }
  for (const [name, split] of Object.entries(value)) {
    const fault = splitNameFault(name) ?? splitFault(split, name);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function ruleFault(value: unknown, place: string): string | undefined {
  if (!isObject(value)) return `${place}: expected conditions, got ${kindOf(value)}`;
  const { not, ...conditions } = value;
  if (Object.keys(value).length === 0) return `${place}: expected at least one condition, got none`;
  const fault = conditionsFault(conditions, place, ', not');
  if (fault !== undefined || not === undefined) return fault;
  if (!isObject(not) || Object.keys(not).length === 0) {
    return `${place}.not: expected at least one condition, got ${isObject(not) ? 'none' : kindOf(not)}`;
  }
  return conditionsFault(not, `${place}.not`, '');
}

function conditionsFault(
  conditions: Readonly<Record<string, unknown>>,
  place: string,
  more: string,
): string | undefined {
  for (const [key, value] of Object.entries(conditions)) {
    if (value === undefined) continue;
    if (key === 'part') {
      if (value === 'train' || value === 'test') continue;
      return `${place}.part: expected "train" or "test", got ${kindOf(value)}`;
    }
    if (!Object.hasOwn(listConditions, key)) {
      const known = ['part', ...Object.keys(listConditions)].join(', ');
      return `${place}: expected ${known}${more}, got ${kindOf(key)}`;
    }
    const kind = listConditions[key as keyof typeof listConditions];
    const is = kind === 'names' ? isName : Number.isSafeInteger;
    if (!Array.isArray(value) || value.length === 0) {
      return `${place}.${key}: expected a list of ${kind}, got ${kindOf(value)}`;
    }
    const odd = value.findIndex((each) => !is(each));
    if (odd >= 0) {
      return `${place}.${key}[${odd}]: expected ${kind === 'names' ? 'a name' : 'an integer'}, got ${kindOf(value[odd])}`;
    }
  }
  return undefined;
}
