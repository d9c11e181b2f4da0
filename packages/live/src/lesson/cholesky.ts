/**
 * The inverse of a symmetric positive definite matrix `[n, n]`, in float64, by its Cholesky factor L: A = L L^T,
 * A^-1 = L^-T L^-1.
 *
 * @throws RangeError if the matrix is not positive definite.
 */
export function inverseOfPositive(matrix: Float64Array, n: number): Float64Array {
  const inverse = inverseFactor(matrix, n);
  const result = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = i; k < n; k++)
        sum += (inverse[k * n + i] as number) * (inverse[k * n + j] as number);
      result[i * n + j] = sum;
      result[j * n + i] = sum;
    }
  }
  return result;
}

/** L^-1, lower triangular. */
function inverseFactor(matrix: Float64Array, n: number): Float64Array {
  const L = new Float64Array(n * n);
  const inverse = new Float64Array(n * n);
  const dot = (a: Float64Array, i: number, b: Float64Array, j: number, count: number): number => {
    let sum = 0;
    for (let k = 0; k < count; k++) sum += (a[i * n + k] as number) * (b[j * n + k] as number);
    return sum;
  };
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      L[i * n + j] =
        ((matrix[i * n + j] as number) - dot(L, i, L, j, j)) / (L[j * n + j] as number);
    }
    const square = (matrix[i * n + i] as number) - dot(L, i, L, i, i);
    if (!(square > 0)) {
      throw new RangeError(
        `inverseOfPositive: expected a positive definite matrix, got the pivot ${square} in row ${i}`,
      );
    }
    L[i * n + i] = Math.sqrt(square);
  }
  for (let i = 0; i < n; i++) {
    inverse[i * n + i] = 1 / (L[i * n + i] as number);
    for (let j = 0; j < i; j++) {
      let sum = 0;
      for (let k = j; k < i; k++) sum += (L[i * n + k] as number) * (inverse[k * n + j] as number);
      inverse[i * n + j] = -sum / (L[i * n + i] as number);
    }
  }
  return inverse;
}
