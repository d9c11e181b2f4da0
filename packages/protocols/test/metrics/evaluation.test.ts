import { describe, expect, it } from 'vitest';
import { createEvaluation } from '../../src/index.ts';

const described = {
  protocol: 'linear',
  settings: { epochs: 3 },
  selection: 'last-epoch',
  counts: { train: 5, validation: 0 },
} as const;

/** Scores with the largest at `first`; the others decrease with the class. */
function row(first: number): number[] {
  return Array.from({ length: 7 }, (_, label) => (label === first ? 9 : -label));
}

describe('createEvaluation', () => {
  it('computes accuracy, top-5 and both intervals', () => {
    const labels = Int32Array.of(0, 6, 3, 5);
    // Ranks of the true classes: 1, 7, 4 and 5.
    const scores = Float32Array.from([row(0), row(1), row(6), row(5)].flat());
    scores[3 * 7 + 6] = 20;
    const classes = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const evaluation = createEvaluation({ ...described, classes, labels, scores });
    expect(evaluation).toMatchObject({
      accuracy: 1 / 4,
      counts: { train: 5, validation: 0, test: 4, correct: 1 },
      top5: 3 / 4,
      perClass: [1, null, null, 0, null, 0, 0],
    });
    // Binomial(4, 1/4): P(0) = 0.316, P(X <= 2) = 0.949; Binomial(4, 3/4) mirrors it.
    expect(evaluation.interval).toMatchObject({ low: 0, high: 3 / 4 });
    expect(evaluation.top5Interval).toMatchObject({ low: 1 / 4, high: 1 });
    expect(JSON.parse(JSON.stringify(evaluation))).toEqual(evaluation);
  });

  it('has no top-5 without scores, or with at most five classes', () => {
    const labels = Int32Array.of(0, 1);
    const names = (count: number) => Array.from({ length: count }, (_, i) => String(i));
    const none = { top5: null, top5Interval: null };
    expect(
      createEvaluation({ ...described, classes: names(7), labels, predictions: labels }),
    ).toMatchObject({ accuracy: 1, ...none });
    expect(
      createEvaluation({
        ...described,
        classes: names(5),
        labels,
        scores: Float32Array.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 0),
      }),
    ).toMatchObject({ accuracy: 1 / 2, ...none });
  });

  it('refuses scores that do not fit the labels or are NaN', () => {
    const input = { ...described, classes: ['a', 'b'], labels: Int32Array.of(0, 1) };
    const run = (values: number[]) => () =>
      createEvaluation({ ...input, scores: Float32Array.from(values) });
    expect(run([1, 0, 0])).toThrow('scores to be [n, classes], got 3 values for 2 classes');
    expect(run([1, 0])).toThrow('expected as many labels as predictions, at least 1, got 2 and 1');
    expect(run([1, 0, 0, NaN])).toThrow('got NaN in row 1');
  });
});
