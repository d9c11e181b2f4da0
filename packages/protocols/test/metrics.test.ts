import { describe, expect, it } from 'vitest';
import { confusionMatrix, perClassAccuracy, top1 } from '../src/index.ts';

const labels = Int32Array.from([0, 0, 0, 1, 1, 3]);
const predictions = Int32Array.from([0, 0, 1, 1, 2, 3]);

describe('metrics', () => {
  it('count true classes in rows and predicted ones in columns', () => {
    expect(confusionMatrix(labels, predictions, 4)).toEqual([
      [2, 1, 0, 0],
      [0, 1, 1, 0],
      [0, 0, 0, 0],
      [0, 0, 0, 1],
    ]);
  });

  it('give top-1 as the trace over the sum, and no accuracy to a class without clips', () => {
    const confusion = confusionMatrix(labels, predictions, 4);
    expect(top1(confusion)).toBe(4 / 6);
    expect(perClassAccuracy(confusion)).toEqual([2 / 3, 1 / 2, null, 1]);
  });

  it('refuse what would be counted wrongly', () => {
    expect(() => confusionMatrix(labels, predictions.subarray(1), 4)).toThrow('got 6 and 5');
    expect(() => confusionMatrix(labels, predictions, 3)).toThrow(
      'labels must be in 0..2, got 3 in row 5',
    );
    expect(() =>
      confusionMatrix(
        labels,
        predictions.map((p) => -p),
        4,
      ),
    ).toThrow('predictions must be in 0..3, got -1 in row 2');
    expect(() => confusionMatrix(new Int32Array(0), new Int32Array(0), 4)).toThrow(RangeError);
    expect(() => top1([[0, 0]])).toThrow('top1: the matrix must count something, got 0');
  });
});
