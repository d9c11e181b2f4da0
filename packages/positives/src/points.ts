import { gotText } from '@halp/random/check';

/** Points as plain numbers, row by row. */
export interface Points {
  /** The coordinates, row-major. */
  readonly data: Float32Array | Float64Array;
  /** `[count, D]`. */
  readonly shape: readonly [count: number, dimension: number];
}

/**
 * The rows of `points` divided by their lengths, in float64.
 *
 * `@halp/protocols` has a `unitRows` in float32, which computes blocks of a large gallery on demand and divides. This one
 * multiplies by the reciprocal: the assignments of sphericalKMeans on the golden cases depend on these bits.
 *
 * @throws RangeError if `data` does not fill `shape`, or a row is zero or not finite.
 */
export function unitPoints(caller: string, points: Points): Float64Array {
  const [count, dimension] = points.shape;
  if (points.data.length !== count * dimension || points.data.length === 0) {
    throw new RangeError(
      `${caller}: expected ${count} x ${dimension} numbers, at least one, got ${points.data.length}`,
    );
  }
  const unit = new Float64Array(points.data);
  for (let i = 0; i < count; i++) {
    const row = unit.subarray(i * dimension, (i + 1) * dimension);
    let squares = 0;
    for (const value of row) squares += value * value;
    if (!(squares > 0 && squares < Infinity)) {
      throw new RangeError(
        `${caller}: expected points of finite length above 0, got ${Math.sqrt(squares)} in row ${i}`,
      );
    }
    const scale = 1 / Math.sqrt(squares);
    for (let d = 0; d < dimension; d++) row[d] = (row[d] as number) * scale;
  }
  return unit;
}

/** Throws unless `points` has a typed array of floats and a shape of two axes. */
export function expectPoints(caller: string, points: Points): void {
  const { data, shape } = (points ?? {}) as Partial<Points>;
  const numbers = data instanceof Float32Array || data instanceof Float64Array;
  if (numbers && Array.isArray(shape) && shape.length === 2) return;
  const got = data === undefined || typeof data === 'function' ? gotText(points) : gotText(data);
  throw new TypeError(
    `${caller}: expected points { data, shape: [count, D] } with a Float32Array as data, got ${got}`,
  );
}
