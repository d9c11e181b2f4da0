import { describe, expect, it } from 'vitest';
import {
  confusionMatrix,
  perClassAccuracy,
  predictionsOf,
  top1,
  topHits,
} from '../../src/index.ts';

const labels = Int32Array.from([0, 0, 0, 1, 1, 3]);
const predictions = Int32Array.from([0, 0, 1, 1, 2, 3]);

describe('metrics', () => {
  it('the confusion matrix has true classes in rows and predicted ones in columns', () => {
    expect(confusionMatrix(labels, predictions, 4)).toEqual([
      [2, 1, 0, 0],
      [0, 1, 1, 0],
      [0, 0, 0, 0],
      [0, 0, 0, 1],
    ]);
  });

  it('top-1 is the trace over the sum; a class without clips has no accuracy', () => {
    const confusion = confusionMatrix(labels, predictions, 4);
    expect(top1(confusion)).toBe(4 / 6);
    expect(perClassAccuracy(confusion)).toEqual([2 / 3, 1 / 2, null, 1]);
  });

  it('refuse labels and predictions of other lengths or outside the classes', () => {
    expect(() => confusionMatrix(labels, predictions.subarray(1), 4)).toThrow('got 6 and 5');
    expect(() => confusionMatrix(labels, predictions, 3)).toThrow(
      'labels to be in 0..2, got 3 in row 5',
    );
    expect(() =>
      confusionMatrix(
        labels,
        predictions.map((p) => -p),
        4,
      ),
    ).toThrow('predictions to be in 0..3, got -1 in row 2');
    expect(() => confusionMatrix(new Int32Array(0), new Int32Array(0), 4)).toThrow(RangeError);
    expect(() => top1([[0, 0]])).toThrow('top1: expected a matrix with a positive sum, got 0');
  });

  it('topHits counts a clip if fewer than k classes score higher, ties by class', () => {
    const scores = Float32Array.from([0.1, 0.7, 0.2, 5, 5, 5]);
    const labelled = (label: number) => Int32Array.of(label, label);
    const hits = (label: number) =>
      [1, 2, 3].map((k) => topHits(scores, labelled(label), { classes: 3, k }));
    expect(hits(0)).toEqual([1, 1, 2]);
    expect(hits(1)).toEqual([1, 2, 2]);
    expect(hits(2)).toEqual([0, 1, 2]);
    expect([...predictionsOf(scores, 3)]).toEqual([1, 0]);
  });

  it('refuse scores of another shape or with NaN', () => {
    const two = Int32Array.of(0, 1);
    const scores = Float32Array.of(1, 0, 0, 1);
    expect(() => topHits(scores, two, { classes: 2, k: 3 })).toThrow(
      'k to be an integer in [1, 2], got 3',
    );
    expect(() => topHits(scores, labels, { classes: 2, k: 1 })).toThrow('to be [6, 2], got 4');
    expect(() => predictionsOf(scores, 3)).toThrow('got 4 values for 3 classes');
    expect(() => predictionsOf(Float32Array.of(NaN, 1), 2)).toThrow('got NaN in row 0');
  });
});
