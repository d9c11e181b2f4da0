import { inverseOfPositive } from './cholesky.ts';
import { type LabelledFeatures, largestOfOthers, type Scorer } from './scorer.ts';
import { dot } from './unit-rows.ts';

/**
 * Ridge regression onto one-hot labels, in closed form.
 *
 * With the rows x_i of unit length, a constant feature 1 appended, K_ij = x_i · x_j + 1, and Y `[N, K]` one-hot:
 * α = (K + λ I)^-1 Y, and the scores of a feature x are Σ_i (x_i · x + 1) α_i. It is the minimum of
 * Σ_i |W x_i + b - y_i|² + λ (|W|² + |b|²).
 *
 * With A = (K + λ I)^-1, the scores of example i without it are y_i - α_i / A_ii, and those of the examples B of one label
 * without all of them y_B - (A_BB)^-1 α_B, both exact, without solving again (Rifkin and Lippert 2007, "Notes on regularized
 * least squares", section 3). With two labels, those of an example for the other label stand for the latter: a regression onto
 * the only label that is left is nearly 1 everywhere.
 */
export function ridgeScorer({ rows, labels, count }: LabelledFeatures, lambda: number): Scorer {
  const N = rows.length;
  const kernel = new Float64Array(N * N);
  for (let i = 0; i < N; i++) {
    for (let j = 0; j < N; j++) {
      const product = dot(rows[i] as Float64Array, rows[j] as Float64Array) + 1;
      kernel[i * N + j] = product + (i === j ? lambda : 0);
    }
  }
  const A = inverseOfPositive(kernel, N);
  const alpha = rows.map((_, i) => {
    const row = new Float64Array(count);
    labels.forEach((label, j) => (row[label] = (row[label] as number) + (A[i * N + j] as number)));
    return row;
  });
  const leaveOneOut = alpha.map((row, i) => {
    const own = labels[i] as number;
    const isOnly = membersOf(labels, own).length === 1;
    return row.map((value, k) => {
      if (k === own && isOnly) return -Infinity;
      return (k === own ? 1 : 0) - value / (A[i * N + i] as number);
    });
  });
  return {
    scores(feature) {
      const scores = new Float64Array(count);
      rows.forEach((row, i) => {
        const product = dot(row, feature) + 1;
        alpha[i]?.forEach((value, k) => (scores[k] = (scores[k] as number) + product * value));
      });
      return scores;
    },
    leaveOneOut,
    otherLabels: count > 2 ? withoutLabels(A, alpha, labels) : largestOfOthers(leaveOneOut, labels),
  };
}

/** For each example the largest score without the examples of its label: of -(A_BB)^-1 α_B. */
function withoutLabels(
  A: Float64Array,
  alpha: readonly Float64Array[],
  labels: readonly number[],
): number[] {
  const found = new Array<number>(labels.length).fill(-Infinity);
  for (const label of new Set(labels)) {
    const members = membersOf(labels, label);
    const inverse = inverseOfPositive(blockOf(A, labels.length, members), members.length);
    members.forEach((i, a) => {
      const scores = (alpha[i] as Float64Array).map((_, k) =>
        members.reduce(
          (sum, j, b) =>
            sum - (inverse[a * members.length + b] as number) * (alpha[j]?.[k] as number),
          0,
        ),
      );
      found[i] = Math.max(...scores.filter((_, k) => k !== label));
    });
  }
  return found;
}

function membersOf(labels: readonly number[], label: number): number[] {
  return labels.flatMap((other, i) => (other === label ? [i] : []));
}

function blockOf(matrix: Float64Array, n: number, rows: readonly number[]): Float64Array {
  return Float64Array.from(rows.flatMap((i) => rows.map((j) => matrix[i * n + j] as number)));
}
