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

/** The text that a value of a pickle is, which bytes in UTF-8 stand for too; undefined if it is none. */
export function pickledText<Numbers>(value: PickleValue<Numbers> | undefined): string | undefined {
  if (typeof value === 'string') return value;
  if (!(value instanceof Uint8Array)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(value);
  } catch {
    return undefined;
  }
}

/** The numbers of a list, or of an array of a few numbers; undefined if a value of a pickle is neither. */
export function fewNumbers(value: Pickled | undefined): readonly number[] | undefined {
  if (isPickledArray(value)) return 'data' in value ? numbersOf(value) : value.few;
  const isNumber = (item: unknown): item is number => typeof item === 'number';
  return isPickledList(value) && value.every(isNumber) ? value : undefined;
}

/** The number that a value of a pickle is, as such or as an array of one; undefined if it is none. */
export function oneNumber(value: Pickled | undefined): number | undefined {
  if (typeof value === 'number') return value;
  const numbers = isPickledArray(value) ? fewNumbers(value) : undefined;
  return numbers?.length === 1 ? numbers[0] : undefined;
}

function numbersOf({ data }: NdArray): readonly number[] {
  return Array.from(data as ArrayLike<number | bigint>, Number);
}

/** What a value of a pickle is, for an error message: its kind, and the value itself where it is short. */
export function pickledKind(value: Pickled | undefined): string {
  if (isPickledArray(value)) return `an array of ${value.dtype} [${value.shape.join(', ')}]`;
  if (value instanceof Map) return `a dict of ${value.size}`;
  if (value instanceof Set) return `a set of ${value.size}`;
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  return typeof value === 'bigint' || typeof value === 'number' ? String(value) : kindOf(value);
}
