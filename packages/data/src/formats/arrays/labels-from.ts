import { expectInteger } from '@halp/random/check';
import type { IntegerOption } from '../../record/options.ts';

/** How a preparation is told the number of the first class. */
export const labelsFromOption: IntegerOption = {
  kind: 'integer',
  least: 0,
  text: 'number of the first class, where labels count from 1 (default: 0)',
};

/** The number of the first class in a file. @throws RangeError if it is neither 0 nor a positive integer. */
export function requireLabelsFrom(caller: string, labelsFrom = 0): number {
  expectInteger(caller, 'labelsFrom', labelsFrom, 0);
  return labelsFrom;
}

/** What is to be said of labels of which none is 0: perhaps they count from 1. */
export function labelNotes(labels: Iterable<number>): readonly string[] {
  let least = Infinity;
  for (const label of labels) least = Math.min(least, label);
  if (least === 0 || least === Infinity) return [];
  const advice = `if labels count from ${least}, prepare with option labelsFrom = ${least}`;
  return [`the least label is ${least}; ${advice}`];
}
