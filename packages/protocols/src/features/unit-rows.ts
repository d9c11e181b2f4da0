/** Row vectors that are computed on request, row-major. */
export interface Rows {
  /** Number of rows. */
  readonly count: number;
  /** Rows in [start, end), as `[end - start, D]`. */
  slice(start: number, end: number): Float32Array;
}

/**
 * The rows divided by their lengths.
 *
 * @param caller - the public function to name in an error.
 * @param what - the name of the rows in that error.
 * @throws RangeError if a row has length 0, which has no direction.
 */
export function unitRows(caller: string, what: string, features: Float32Array, size: number): Rows {
  const lengths = rowLengths(caller, what, features, size);
  const slice = (start: number, end: number): Float32Array => {
    const block = features.slice(start * size, end * size);
    for (let row = start, i = 0; row < end; row += 1) {
      const length = lengths[row] as number;
      for (const next = i + size; i < next; i += 1) block[i] = (block[i] as number) / length;
    }
    return block;
  };
  return { count: lengths.length, slice };
}

/**
 * `[n]`, the Euclidean length of every row.
 *
 * @throws RangeError if one is 0.
 */
export function rowLengths(
  caller: string,
  what: string,
  features: Float32Array,
  size: number,
): Float64Array {
  const lengths = new Float64Array(features.length / size);
  for (let row = 0, i = 0; row < lengths.length; row += 1) {
    let square = 0;
    for (const next = i + size; i < next; i += 1) square += (features[i] as number) ** 2;
    lengths[row] = Math.sqrt(square);
  }
  const zero = lengths.indexOf(0);
  if (zero < 0) return lengths;
  throw new RangeError(
    `${caller}: expected ${what} to have a direction, got a zero vector in row ${zero}; ` +
      `leave that clip out or repair the encoder`,
  );
}
