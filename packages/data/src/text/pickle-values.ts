import type { NdArray, PickledArray, PickleValue } from '@halp/files';
import { kindOf } from './json.ts';

/** A value of a pickle; its arrays may not have been read yet. */
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

/** A value of a pickle as a string, also decoded from UTF-8 bytes; undefined if it is neither. */
export function pickledText<Numbers>(value: PickleValue<Numbers> | undefined): string | undefined {
  if (typeof value === 'string') return value;
  if (!(value instanceof Uint8Array)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(value);
  } catch {
    return undefined;
  }
}

/** A value of a pickle as a few numbers, from a list or a small array; undefined if it is neither. */
export function fewNumbers(value: Pickled | undefined): readonly number[] | undefined {
  if (isPickledArray(value)) return 'data' in value ? numbersOf(value) : value.few;
  const isNumber = (item: unknown): item is number => typeof item === 'number';
  return isPickledList(value) && value.every(isNumber) ? value : undefined;
}

/** A value of a pickle as a number, also from an array of one number; undefined if it is neither. */
export function oneNumber(value: Pickled | undefined): number | undefined {
  if (typeof value === 'number') return value;
  const numbers = isPickledArray(value) ? fewNumbers(value) : undefined;
  return numbers?.length === 1 ? numbers[0] : undefined;
}

function numbersOf({ data }: NdArray): readonly number[] {
  return Array.from(data as ArrayLike<number | bigint>, Number);
}

/** A value of a pickle for an error message: its kind, or the value itself if it is short. */
export function pickledKind(value: Pickled | undefined): string {
  if (isPickledArray(value)) return `an array of ${value.dtype} [${value.shape.join(', ')}]`;
  if (value instanceof Map) return `a dict of ${value.size}`;
  if (value instanceof Set) return `a set of ${value.size}`;
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  return typeof value === 'bigint' || typeof value === 'number' ? String(value) : kindOf(value);
}
