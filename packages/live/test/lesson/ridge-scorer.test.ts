import { describe, expect, it } from 'vitest';
import { createRandom } from '@halp/random';
import { expectClose } from '@halp/testing';
import { inverseOfPositive } from '../../src/lesson/cholesky.ts';
import { ridgeScorer } from '../../src/lesson/ridge-scorer.ts';
import { unit } from '../../src/lesson/unit-rows.ts';

const LAMBDA = 0.1;
const D = 5;
const rng = createRandom(3);
const labels = [0, 0, 0, 1, 1, 2, 2, 2];
const rows = labels.map(() => unit(Array.from({ length: D }, () => rng.normal())));
const query = unit(Array.from({ length: D }, () => rng.normal()));

/** W and b from the normal equations (X^T X + λ I) w = X^T y, with a column of ones, by Gauss-Jordan elimination. */
function solved(
  features: readonly Float64Array[],
  targets: readonly number[],
  count: number,
): number[][] {
  const X = features.map((row) => [...row, 1]);
  return Array.from({ length: count }, (_, k) => {
    const M = Array.from({ length: D + 1 }, (__, a) => [
      ...Array.from({ length: D + 1 }, (___, b) =>
        X.reduce((sum, x) => sum + (x[a] as number) * (x[b] as number), a === b ? LAMBDA : 0),
      ),
      X.reduce((sum, x, i) => sum + (x[a] as number) * (targets[i] === k ? 1 : 0), 0),
    ]);
    for (let p = 0; p <= D; p++) {
      const pivot = M[p] as number[];
      const scale = pivot[p] as number;
      for (let c = 0; c <= D + 1; c++) pivot[c] = (pivot[c] as number) / scale;
      for (let r = 0; r <= D; r++) {
        if (r === p) continue;
        const row = M[r] as number[];
        const factor = row[p] as number;
        for (let c = 0; c <= D + 1; c++)
          row[c] = (row[c] as number) - factor * (pivot[c] as number);
      }
    }
    return M.map((row) => row[D + 1] as number);
  });
}

function oracle(kept: readonly number[], feature: Float64Array): number[] {
  const weights = solved(
    kept.map((i) => rows[i] as Float64Array),
    kept.map((i) => labels[i] as number),
    3,
  );
  return weights.map((w) => [...feature, 1].reduce((sum, x, d) => sum + x * (w[d] as number), 0));
}

const all = labels.map((_, i) => i);

describe('ridge regression in closed form', () => {
  it('has the scores of the normal equations', () => {
    const { scores } = ridgeScorer({ rows, labels, count: 3 }, LAMBDA);
    expectClose([...scores(query)], oracle(all, query), { absolute: 1e-12 });
  });

  it('leaves out one example as if it was never there', () => {
    const { leaveOneOut } = ridgeScorer({ rows, labels, count: 3 }, LAMBDA);
    for (const i of all) {
      const others = all.filter((j) => j !== i);
      const expected = oracle(others, rows[i] as Float64Array);
      expectClose([...(leaveOneOut[i] as Float64Array)], expected, { absolute: 1e-12 });
    }
  });

  it('leaves out a whole label as if it was never taught', () => {
    const { otherLabels } = ridgeScorer({ rows, labels, count: 3 }, LAMBDA);
    for (const i of all) {
      const others = all.filter((j) => labels[j] !== labels[i]);
      const expected = oracle(others, rows[i] as Float64Array).filter((_, k) => k !== labels[i]);
      expectClose([otherLabels[i] as number], [Math.max(...expected)], { absolute: 1e-12 });
    }
  });

  it('of two labels takes the score of the other one, since a single label has nearly 1 everywhere', () => {
    const two = labels.map((label) => Math.min(label, 1));
    const { leaveOneOut, otherLabels } = ridgeScorer({ rows, labels: two, count: 2 }, LAMBDA);
    expect(otherLabels).toEqual(leaveOneOut.map((scores, i) => scores[1 - (two[i] as number)]));
  });

  it('has no score for the label of an only example that is left out', () => {
    const { leaveOneOut } = ridgeScorer({ rows: rows.slice(0, 3), labels: [0, 1, 1], count: 2 }, 1);
    expect(leaveOneOut[0]?.[0]).toBe(-Infinity);
  });

  it('refuses a matrix that is not positive definite', () => {
    expect(() => inverseOfPositive(Float64Array.of(1, 2, 2, 1), 2)).toThrow(
      'inverseOfPositive: expected a positive definite matrix, got the pivot -3 in row 1',
    );
  });
});
