import { gotText } from './got-text.ts';

/** The shape of a clip: channels (x, y, z), frames, joints, persons. */
export type ClipShape = readonly [C: number, T: number, V: number, M: number];

/**
 * A recorded movement: one number for each channel, frame, joint and person.
 *
 * `data` is row-major over `[C, T, V, M]`: the number at (c, t, v, m) is
 * `data[((c * T + t) * V + v) * M + m]`. Coordinates are in metres unless a reader documents another unit.
 */
export interface Clip {
  /** The C * T * V * M coordinates. */
  readonly data: Float32Array;
  /** `[C, T, V, M]`. */
  readonly shape: ClipShape;
}

/**
 * A clip of the given shape.
 *
 * @param data - the numbers; used without a copy. Default: zeros.
 *
 * @throws RangeError if an axis is not a positive integer or `data` has another length.
 * @throws TypeError if `data` is not a Float32Array.
 */
export function createClip(shape: ClipShape, data?: Float32Array): Clip {
  const problem = shapeProblem(shape);
  if (problem !== undefined) throw new RangeError(`createClip: ${problem}`);
  if (data !== undefined) expectClipData('createClip', data, shape);
  return { data: data ?? new Float32Array(shape[0] * shape[1] * shape[2] * shape[3]), shape };
}

/** The indices of one coordinate in a clip, each from 0. */
export interface ClipIndex {
  /** 0, 1, 2 for x, y, z. */
  readonly channel: number;
  /** The frame. */
  readonly frame: number;
  /** The joint. */
  readonly joint: number;
  /** The person. */
  readonly person: number;
}

/** The indices of the first NaN or infinite coordinate, or undefined if all are finite. */
export function firstNonFinite(clip: Clip): ClipIndex | undefined {
  expectClip('firstNonFinite', clip);
  const [, T, V, M] = clip.shape;
  const index = clip.data.findIndex((value) => !Number.isFinite(value));
  if (index < 0) return undefined;
  return {
    channel: Math.floor(index / (T * V * M)),
    frame: Math.floor(index / (V * M)) % T,
    joint: Math.floor(index / M) % V,
    person: index % M,
  };
}

/**
 * Throws unless `clip` is a clip: a shape `[C, T, V, M]` of positive integers and a Float32Array of that many numbers.
 * Only the properties are read, not the numbers.
 *
 * @throws TypeError for any other value, such as a plain array of numbers.
 * @throws RangeError for a shape without four axes, or of another size than the numbers.
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
  expectClipData(caller, data, shape as ClipShape);
}

/** The problem with the shape of a clip in words, or undefined. */
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

/** Throws unless `data` is a Float32Array of the size of the shape. */
export function expectClipData(caller: string, data: Float32Array, shape: ClipShape): void {
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
