import { checkVectors } from '../features/features.ts';

/**
 * The min(n, D) singular values of a matrix, largest first, in float64.
 *
 * Square roots of the eigenvalues of the smaller of X X^T and X^T X, computed by Householder's
 * tridiagonalisation and QL steps with implicit shifts (Golub and Van Loan, Matrix Computations, sections
 * 8.3.1 and 8.3.3). Values below 1e-8 of the largest are rounding noise, as for every method that forms the product.
 *
 * @param matrix - `[n, D]`, row-major, finite.
 * @param size - D.
 * @throws RangeError if the values are not complete rows, or one is not finite.
 */
export function singularValues(matrix: Float32Array, size: number): Float64Array {
  checkVectors('singularValues', 'rows', matrix, size);
  const count = matrix.length / size;
  const gram =
    count <= size ? products(matrix, count, size) : products(turned(matrix, size), size, count);
  const values = symmetricEigenvalues(gram).map((value) => Math.sqrt(Math.max(0, value)));
  return values.sort((a, b) => b - a);
}

/** X X^T `[rows][rows]` of X `[rows, columns]`. */
function products(x: Float32Array, rows: number, columns: number): Float64Array[] {
  const gram = Array.from({ length: rows }, () => new Float64Array(rows));
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = 0, a = i * columns, b = j * columns; k < columns; k++, a++, b++) {
        sum += (x[a] as number) * (x[b] as number);
      }
      (gram[i] as Float64Array)[j] = sum;
      (gram[j] as Float64Array)[i] = sum;
    }
  }
  return gram;
}

function turned(x: Float32Array, columns: number): Float32Array {
  const rows = x.length / columns;
  return Float32Array.from(
    { length: x.length },
    (_, at) => x[(at % rows) * columns + Math.floor(at / rows)] as number,
  );
}

/** The eigenvalues of a symmetric matrix, unordered; the matrix is overwritten. */
function symmetricEigenvalues(matrix: Float64Array[]): Float64Array {
  const { diagonal, offDiagonal } = tridiagonal(matrix);
  for (let at = 0; at < diagonal.length; at++) {
    for (let end = splitAfter(diagonal, offDiagonal, at); end !== at;) {
      implicitStep(diagonal, offDiagonal, at, end);
      end = splitAfter(diagonal, offDiagonal, at);
    }
  }
  return diagonal;
}

interface Tridiagonal {
  /** `[n]`. */
  readonly diagonal: Float64Array;
  /** `[n]`; entry i is the off-diagonal element between rows i and i + 1, the last is 0. */
  readonly offDiagonal: Float64Array;
}

/** Householder reflections, from the last row to the first. */
function tridiagonal(a: Float64Array[]): Tridiagonal {
  const n = a.length;
  const row = (i: number): Float64Array => a[i] as Float64Array;
  const offDiagonal = new Float64Array(n);
  for (let i = n - 1; i > 0; i--) {
    const v = row(i);
    let squares = 0;
    for (let k = 0; k < i; k++) squares += (v[k] as number) ** 2;
    const last = v[i - 1] as number;
    const length = last > 0 ? -Math.sqrt(squares) : Math.sqrt(squares);
    offDiagonal[i - 1] = length;
    // h = |v|^2 / 2 of the reflection's vector v, whose last entry is last - length.
    const h = squares - last * length;
    if (h === 0) continue;
    v[i - 1] = last - length;
    reflect(a, v, i, h);
  }
  return { diagonal: Float64Array.from(a, (each, i) => each[i] as number), offDiagonal };
}

/** A - v w^T - w v^T for the leading i rows, where w = A v / h - (v A v / 2 h^2) v. */
function reflect(a: Float64Array[], v: Float64Array, i: number, h: number): void {
  const w = new Float64Array(i);
  let dot = 0;
  for (let j = 0; j < i; j++) {
    const of = a[j] as Float64Array;
    let sum = 0;
    for (let k = 0; k < i; k++) sum += (of[k] as number) * (v[k] as number);
    w[j] = sum / h;
    dot += (w[j] as number) * (v[j] as number);
  }
  const half = dot / (2 * h);
  for (let j = 0; j < i; j++) w[j] = (w[j] as number) - half * (v[j] as number);
  for (let j = 0; j < i; j++) {
    const of = a[j] as Float64Array;
    const [vj, wj] = [v[j] as number, w[j] as number];
    for (let k = 0; k < i; k++) {
      of[k] = (of[k] as number) - vj * (w[k] as number) - wj * (v[k] as number);
    }
  }
}

/** The first index from `at` on whose off-diagonal element is negligible. */
function splitAfter(diagonal: Float64Array, offDiagonal: Float64Array, at: number): number {
  let end = at;
  while (end < diagonal.length - 1) {
    const size = Math.abs(diagonal[end] as number) + Math.abs(diagonal[end + 1] as number);
    if (size + Math.abs(offDiagonal[end] as number) === size) break;
    end++;
  }
  return end;
}

/** One QL step with Wilkinson's shift on the rows from `at` to `end`. */
function implicitStep(d: Float64Array, e: Float64Array, at: number, end: number): void {
  const value = (of: Float64Array, i: number): number => of[i] as number;
  const slope = (value(d, at + 1) - value(d, at)) / (2 * value(e, at));
  const root = Math.hypot(slope, 1);
  let g = value(d, end) - value(d, at) + value(e, at) / (slope + (slope < 0 ? -root : root));
  let [sine, cosine, shift] = [1, 1, 0];
  for (let i = end - 1; i >= at; i--) {
    const f = sine * value(e, i);
    const b = cosine * value(e, i);
    const r = Math.hypot(f, g);
    e[i + 1] = r;
    if (r === 0) {
      // The matrix splits into two blocks here.
      d[i + 1] = value(d, i + 1) - shift;
      e[end] = 0;
      return;
    }
    sine = f / r;
    cosine = g / r;
    g = value(d, i + 1) - shift;
    const t = (value(d, i) - g) * sine + 2 * cosine * b;
    shift = sine * t;
    d[i + 1] = g + shift;
    g = cosine * t - b;
  }
  d[at] = value(d, at) - shift;
  e[at] = g;
  e[end] = 0;
}
