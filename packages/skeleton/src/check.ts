import type { Clip } from './clip.ts';
import { gotText } from './got-text.ts';

export { gotText };
export { expectLayout } from './layout-of.ts';

/**
 * Throws unless `clip` is a clip: a shape `[C, T, V, M]` of positive integers and a Float32Array of as many numbers.
 * Reads the properties alone, never the numbers.
 *
 * @throws TypeError for what is not a clip, such as a plain array of numbers.
 * @throws RangeError for a shape that has not four axes, or does not fit the numbers.
 */
export function expectClip(caller: string, clip: Clip): void {
  const { data, shape } = (clip ?? {}) as Partial<Clip>;
  if (data === undefined || !Array.isArray(shape)) {
    throw new TypeError(
      `${caller}: expected a clip { data, shape: [C, T, V, M] }, got ${gotText(clip)}; see createClip of @halp/skeleton`,
    );
  }
  const problem = shapeProblem(shape);
  if (problem !== undefined) throw new RangeError(`${caller}: ${problem}`);
  expectClipData(caller, data, shape as Clip['shape']);
}

/** What is wrong with the shape of a clip, or undefined. */
export function shapeProblem(shape: unknown): string | undefined {
  if (!Array.isArray(shape)) return `expected a shape [C, T, V, M], got ${gotText(shape)}`;
  const sizes = shape as readonly unknown[];
  const text = `[${sizes.map(gotText).join(', ')}]`;
  if (sizes.length === 3) {
    return `expected a shape [C, T, V, M], got ${text}; add a person axis: [C, T, V, 1]`;
  }
  const fits =
    sizes.length === 4 && sizes.every((size) => Number.isInteger(size) && Number(size) > 0);
  return fits ? undefined : `expected positive sizes [C, T, V, M], got ${text}`;
}

/** Throws unless `data` holds the numbers of a clip of that shape. */
export function expectClipData(caller: string, data: Float32Array, shape: Clip['shape']): void {
  if (!(data instanceof Float32Array)) {
    throw new TypeError(
      `${caller}: expected a clip's data as a Float32Array, got ${gotText(data)}; convert it with Float32Array.from`,
    );
  }
  const length = shape[0] * shape[1] * shape[2] * shape[3];
  if (data.length === length) return;
  throw new RangeError(
    `${caller}: expected ${length} numbers for [${shape.join(', ')}], got ${data.length}`,
  );
}

/**
 * Throws unless the value is an object with fields.
 *
 * @throws TypeError otherwise, also for a list.
 */
export function expectRecord(caller: string, what: string, value: object): void {
  const fits = typeof value === 'object' && (value as object | null) !== null;
  if (fits && !Array.isArray(value)) return;
  throw new TypeError(`${caller}: expected ${what}, got ${gotText(value)}`);
}
