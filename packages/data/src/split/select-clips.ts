import { gotText } from '@halp/random/check';
import type { Sample } from '../dataset/dataset.ts';
import type { Part } from '../prepared/manifest.ts';
import type { ClipConditions, ClipRule, SplitRule } from '../prepared/split-rule.ts';

/** A clip that a split may select. */
export interface Candidate extends Omit<Sample, 'clip'> {
  /** Its part of the original benchmark. */
  readonly part: Part;
  /** Its position in the joint arrays. */
  readonly row: number;
  /** Its valid frames. */
  readonly frames: number;
}

/** The candidates, and facts for error messages. */
export interface Candidates {
  readonly clips: readonly Candidate[];
  readonly classes: readonly string[];
  /** What is split, such as 'nw-ucla xview'. */
  readonly of: string;
}

/**
 * The clips of each part of a split, in the order of their names (code units).
 *
 * @param place - Where the rule stands, for error messages.
 * @throws RangeError if a part has no clip or both have the same one, if no clip has a listed value, or if a condition is on
 * a fact that the clips do not have.
 */
export function selectClips(
  { train, test }: SplitRule,
  from: Candidates,
  place: string,
): Readonly<Record<Part, readonly Candidate[]>> {
  const selected = {
    train: clipsOfRule(train, from, `${place}.train`),
    test: clipsOfRule(test, from, `${place}.test`),
  };
  const trained = new Set(selected.train);
  const both = selected.test.filter((clip) => trained.has(clip));
  const [first] = both;
  if (first === undefined) return selected;
  const more = both.length === 1 ? '' : ` and ${both.length - 1} others`;
  throw new RangeError(
    `${place}: expected each clip in one part, got ${gotText(first.name)}${more} in train and test`,
  );
}

function clipsOfRule(
  { not, ...rule }: ClipRule,
  from: Candidates,
  place: string,
): readonly Candidate[] {
  const isIn = matcher(rule, from, place);
  const isOut = not === undefined ? () => false : matcher(not, from, `${place}.not`);
  const clips = from.clips.filter((clip) => isIn(clip) && !isOut(clip));
  if (clips.length === 0) throw new RangeError(`${place}: expected clips of ${from.of}, got none`);
  return clips.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

type Matcher = (clip: Candidate) => boolean;

function matcher(conditions: ClipConditions, from: Candidates, place: string): Matcher {
  const { part, subject, camera, setup } = conditions;
  const matchers: Matcher[] = [];
  if (part !== undefined) matchers.push((clip) => clip.part === part);
  for (const [key, numbers] of Object.entries({ subject, camera, setup })) {
    if (numbers === undefined) continue;
    matchers.push(numberMatcher(key as 'subject', numbers, from, `${place}.${key}`));
  }
  if (conditions.class !== undefined) {
    const unknown = conditions.class.find((name) => !from.classes.includes(name));
    if (unknown !== undefined) throw unused(`${place}.class`, 'classes', unknown, from);
    const labels = new Set(conditions.class.map((name) => from.classes.indexOf(name)));
    matchers.push(({ label }) => labels.has(label));
  }
  if (conditions.name !== undefined) {
    matchers.push(nameMatcher(conditions.name, from, `${place}.name`));
  }
  return (clip) => matchers.every((matches) => matches(clip));
}

function numberMatcher(
  key: 'subject' | 'camera' | 'setup',
  numbers: readonly number[],
  from: Candidates,
  place: string,
): Matcher {
  if (from.clips.some((clip) => clip[key] === undefined)) {
    throw new RangeError(`${place}: expected clips with a ${key}, got ${from.of} without`);
  }
  const known = new Set(from.clips.map((clip) => clip[key]));
  const unknown = numbers.find((number) => !known.has(number));
  if (unknown !== undefined) throw unused(place, `${key}s`, unknown, from);
  const wanted = new Set<number | undefined>(numbers);
  return (clip) => wanted.has(clip[key]);
}

function nameMatcher(patterns: readonly string[], from: Candidates, place: string): Matcher {
  const exact = new Set(patterns.filter((pattern) => !pattern.includes('*')));
  const known = new Set(from.clips.map(({ name }) => name));
  const unknown = [...exact].find((name) => !known.has(name));
  if (unknown !== undefined) throw unused(place, 'names', unknown, from);
  const open = patterns.filter((pattern) => pattern.includes('*'));
  const empty = open.find((pattern) => !from.clips.some(({ name }) => fits(name, pattern)));
  if (empty !== undefined) throw unused(place, 'names', empty, from);
  return ({ name }) => exact.has(name) || open.some((pattern) => fits(name, pattern));
}

/** Whether a name fits a pattern in which `*` stands for any number of characters. */
function fits(name: string, pattern: string): boolean {
  const [first = '', ...others] = pattern.split('*');
  const last = others.pop() ?? '';
  if (!name.startsWith(first)) return false;
  let at = first.length;
  for (const each of others) {
    const found = name.indexOf(each, at);
    if (found < 0) return false;
    at = found + each.length;
  }
  return name.length - last.length >= at && name.endsWith(last);
}

function unused(
  place: string,
  what: string,
  value: string | number,
  { of }: Candidates,
): RangeError {
  return new RangeError(`${place}: expected ${what} of ${of}, got ${gotText(value)}`);
}
