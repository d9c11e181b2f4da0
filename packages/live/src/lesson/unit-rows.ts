/** A feature as a unit vector, in float64; zeros stay zeros. */
export function unit(feature: ArrayLike<number>): Float64Array {
  const row = Float64Array.from(feature);
  let square = 0;
  for (const value of row) square += value * value;
  if (square === 0) return row;
  const norm = Math.sqrt(square);
  return row.map((value) => value / norm);
}

/** a · b; the cosine of unit vectors, in [-1, 1]. */
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}
