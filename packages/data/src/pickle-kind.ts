import type { NdArray, PickledArray, PickleValue } from '@halp/files';
import { kindOf } from './json.ts';

/** What a pickle holds whose arrays may still be in the file. */
export type Pickled = PickleValue<NdArray | PickledArray>;

/** Whether a value of a pickle is a list or a tuple. */
export function isPickledList<Numbers>(
  value: PickleValue<Numbers> | undefined,
): value is readonly PickleValue<Numbers>[] {
  return Array.isArray(value);
}

/** Whether a value of a pickle is an array of numbers. */
export function isPickledArray<Numbers extends NdArray | PickledArray>(
  value: PickleValue<Numbers> | undefined,
): value is Numbers {
  return typeof value === 'object' && value !== null && 'dtype' in value;
}

/** What a value of a pickle is, for an error message: its kind, and the value itself where it is short. */
export function pickledKind(value: Pickled | undefined): string {
  if (isPickledArray(value)) return `an array of ${value.dtype} [${value.shape.join(', ')}]`;
  if (value instanceof Map) return `a dict of ${value.size}`;
  if (value instanceof Set) return `a set of ${value.size}`;
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  return typeof value === 'bigint' || typeof value === 'number' ? String(value) : kindOf(value);
}
