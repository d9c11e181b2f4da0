import { expectInteger } from '@halp/random/check';
import type { IntegerOption } from '../../record/options.ts';

/** The option for the number of the first class. */
export const labelsFromOption: IntegerOption = {
  kind: 'integer',
  min: 0,
  text: 'number of the first class; 1 if labels count from 1 (default: 0)',
};

/** The number of the first class in a file. @throws RangeError if it is not an integer of at least 0. */
export function requireLabelsFrom(caller: string, labelsFrom = 0): number {
  expectInteger(caller, 'labelsFrom', labelsFrom, 0);
  return labelsFrom;
}

/** A note if no label is 0: the labels may count from 1. */
export function labelNotes(labels: Iterable<number>): readonly string[] {
  let min = Infinity;
  for (const label of labels) min = Math.min(min, label);
  if (min === 0 || min === Infinity) return [];
  const advice = `if labels count from ${min}, prepare with option labelsFrom = ${min}`;
  return [`the smallest label is ${min}; ${advice}`];
}
