import {
  expectArray,
  expectInteger,
  expectOptions,
  expectPositiveIntegers,
  type OptionNames,
} from '@halp/random/check';
import { expectTyped } from '../features/typed.ts';

/**
 * The confusion matrix `[classes][classes]`: entry `[i][j]` counts the clips of class i that were
 * predicted as class j.
 *
 * @param labels - `[n]`, the true classes, in `0..classes - 1`.
 * @param predictions - `[n]`, the predicted ones.
 * @throws RangeError if the lengths differ, are 0, or a class is out of range.
 */
export function confusionMatrix(
  labels: Int32Array,
  predictions: Int32Array,
  classes: number,
): number[][] {
  expectTyped('confusionMatrix', 'labels', labels, Int32Array);
  expectTyped('confusionMatrix', 'predictions', predictions, Int32Array);
  if (labels.length !== predictions.length || labels.length === 0) {
    throw new RangeError(
      `confusionMatrix: expected as many labels as predictions, at least 1, ` +
        `got ${labels.length} and ${predictions.length}`,
    );
  }
  checkLabels('confusionMatrix', 'labels', labels, classes);
  checkLabels('confusionMatrix', 'predictions', predictions, classes);
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  labels.forEach((label, i) => {
    const row = counts[label] ?? [];
    const predicted = predictions[i] ?? -1;
    row[predicted] = (row[predicted] ?? 0) + 1;
  });
  return counts;
}

/**
 * Top-1 accuracy: the trace of a confusion matrix over its sum, a fraction in `[0, 1]`.
 *
 * @throws RangeError if the entries sum to 0.
 */
export function top1(confusion: readonly (readonly number[])[]): number {
  expectMatrix('top1', confusion);
  const total = confusion.reduce((all, row) => all + sum(row), 0);
  if (!(total > 0))
    throw new RangeError(`top1: expected a matrix with a positive sum, got ${total}`);
  return confusion.reduce((right, row, i) => right + (row[i] ?? 0), 0) / total;
}

const optionNames: OptionNames<{ readonly classes: number; readonly k: number }> = {
  classes: true,
  k: true,
};

/**
 * Top-k hits: the number of clips whose class has one of the k largest scores; divided by n, the top-k
 * accuracy.
 *
 * Equal scores rank by class, the smaller one first, as in {@link predictionsOf}; so k = 1 counts
 * exactly its correct predictions.
 *
 * @param scores - `[n, classes]`, row-major; larger means more likely.
 * @param labels - `[n]`, the true classes.
 * @throws RangeError if sizes disagree, a score is NaN, a label is not a class, or k is not in 1..classes.
 */
export function topHits(
  scores: Float32Array,
  labels: Int32Array,
  options: { readonly classes: number; readonly k: number },
): number {
  const { classes, k } = expectOptions('topHits', options, optionNames);
  expectTyped('topHits', 'labels', labels, Int32Array);
  checkScores('topHits', scores, classes);
  if (scores.length !== labels.length * classes) {
    throw new RangeError(
      `topHits: expected scores to be [${labels.length}, ${classes}], got ${scores.length} values`,
    );
  }
  checkLabels('topHits', 'labels', labels, classes);
  expectInteger('topHits', 'k', k, 1, classes);
  return labels.reduce((hits, label, row) => {
    const of = scores.subarray(row * classes, (row + 1) * classes);
    const own = of[label] as number;
    const ahead = of.filter((score, i) => score > own || (score === own && i < label)).length;
    return ahead < k ? hits + 1 : hits;
  }, 0);
}

/**
 * `[n]`, the class with the largest score of each clip; the smallest class on a tie.
 *
 * @param scores - `[n, classes]`, row-major.
 * @throws RangeError if the scores are not complete rows, or one is NaN.
 */
export function predictionsOf(scores: Float32Array, classes: number): Int32Array {
  checkScores('predictionsOf', scores, classes);
  return Int32Array.from({ length: scores.length / classes }, (_, row) => {
    const of = scores.subarray(row * classes, (row + 1) * classes);
    return of.indexOf(of.reduce((a, b) => Math.max(a, b)));
  });
}

/**
 * Accuracy within each class: the diagonal over the row sums, fractions in `[0, 1]`, and null for a
 * class without clips.
 */
export function perClassAccuracy(confusion: readonly (readonly number[])[]): (number | null)[] {
  expectMatrix('perClassAccuracy', confusion);
  return confusion.map((row, i) => {
    const count = sum(row);
    return count === 0 ? null : (row[i] ?? 0) / count;
  });
}

/**
 * Throws unless every label is a class.
 *
 * @throws RangeError with the first that is not.
 */
export function checkLabels(
  caller: string,
  what: string,
  labels: Int32Array,
  classes: number,
): void {
  expectTyped(caller, what, labels, Int32Array);
  expectPositiveIntegers(caller, { classes });
  const wrong = labels.findIndex((label) => label < 0 || label >= classes);
  if (wrong >= 0) {
    throw new RangeError(
      `${caller}: expected ${what} to be in 0..${classes - 1}, got ${labels[wrong]} in row ${wrong}`,
    );
  }
}

/**
 * Throws unless the scores are complete rows without NaN.
 *
 * @throws RangeError with the number of values, or the row with NaN.
 */
export function checkScores(caller: string, scores: Float32Array, classes: number): void {
  expectTyped(caller, 'scores', scores, Float32Array);
  expectPositiveIntegers(caller, { classes });
  if (scores.length % classes !== 0) {
    throw new RangeError(
      `${caller}: expected scores to be [n, classes], got ${scores.length} values for ${classes} classes`,
    );
  }
  const broken = scores.findIndex((score) => Number.isNaN(score));
  if (broken >= 0) {
    throw new RangeError(
      `${caller}: expected scores to be numbers, got NaN in row ${Math.floor(broken / classes)}`,
    );
  }
}

function expectMatrix(caller: string, confusion: readonly (readonly number[])[]): void {
  expectArray(caller, 'a confusion matrix as a list of rows', confusion);
  for (const row of confusion)
    expectArray(caller, 'each row of the confusion matrix as a list', row);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
