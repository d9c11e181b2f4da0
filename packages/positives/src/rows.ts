/** out[i] = rows[i] . vector, for rows `[n, D]` and a vector `[D]`. */
export function dotRows(rows: Float64Array, vector: Float64Array, out: Float64Array): void {
  const dimension = vector.length;
  const count = out.length;
  let i = 0;
  // Four rows at a time: each number of the vector is loaded once for four independent sums.
  for (; i + 3 < count; i += 4) {
    const a = i * dimension;
    const [b, c, d] = [a + dimension, a + 2 * dimension, a + 3 * dimension];
    let [sumA, sumB, sumC, sumD] = [0, 0, 0, 0];
    for (let k = 0; k < dimension; k++) {
      const value = vector[k] as number;
      sumA += value * (rows[a + k] as number);
      sumB += value * (rows[b + k] as number);
      sumC += value * (rows[c + k] as number);
      sumD += value * (rows[d + k] as number);
    }
    out[i] = sumA;
    out[i + 1] = sumB;
    out[i + 2] = sumC;
    out[i + 3] = sumD;
  }
  for (; i < count; i++) {
    let sum = 0;
    for (let k = 0; k < dimension; k++) {
      sum += (rows[i * dimension + k] as number) * (vector[k] as number);
    }
    out[i] = sum;
  }
}

/** out = sum over i of weights[i] rows[i], for rows `[n, D]` and out `[D]`. */
export function combineRows(rows: Float64Array, weights: Float64Array, out: Float64Array): void {
  const dimension = out.length;
  const count = weights.length;
  out.fill(0);
  let i = 0;
  for (; i + 3 < count; i += 4) {
    const a = i * dimension;
    const [b, c, d] = [a + dimension, a + 2 * dimension, a + 3 * dimension];
    const weightA = weights[i] as number;
    const weightB = weights[i + 1] as number;
    const weightC = weights[i + 2] as number;
    const weightD = weights[i + 3] as number;
    for (let k = 0; k < dimension; k++) {
      out[k] =
        (out[k] as number) +
        (weightA * (rows[a + k] as number) + weightB * (rows[b + k] as number)) +
        (weightC * (rows[c + k] as number) + weightD * (rows[d + k] as number));
    }
  }
  for (; i < count; i++) {
    const weight = weights[i] as number;
    for (let k = 0; k < dimension; k++) {
      out[k] = (out[k] as number) + weight * (rows[i * dimension + k] as number);
    }
  }
}

/** The length of a vector. */
export function lengthOf(vector: Float64Array): number {
  let squares = 0;
  for (let k = 0; k < vector.length; k++) squares += (vector[k] as number) * (vector[k] as number);
  return Math.sqrt(squares);
}

/** Multiplies a vector in place. */
export function scale(vector: Float64Array, factor: number): void {
  for (let k = 0; k < vector.length; k++) vector[k] = (vector[k] as number) * factor;
}

/** The great-circle distance of unit vectors, computed from their chord: accurate for near vectors, unlike acos. */
export function angleBetween(a: Float64Array, b: Float64Array): number {
  let squares = 0;
  for (let k = 0; k < a.length; k++) squares += ((a[k] as number) - (b[k] as number)) ** 2;
  return 2 * Math.asin(Math.min(1, Math.sqrt(squares) / 2));
}
