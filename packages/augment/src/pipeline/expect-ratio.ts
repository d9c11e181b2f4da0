import { gotText } from '@halp/random/check';

/** @throws RangeError unless the value of a file is a list of two. */
export function expectRatio(ratio: unknown): void {
  if (Array.isArray(ratio) && ratio.length === 2) return;
  throw new RangeError(`expected a ratio of the form [low, high], got ${show(ratio)}`);
}

/** A value of a file for an error message. */
export function show(value: unknown): string {
  return typeof value === 'string' ? gotText(value) : (JSON.stringify(value) ?? String(value));
}
