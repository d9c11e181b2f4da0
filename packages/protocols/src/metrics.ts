/**
 * The confusion matrix `[classes][classes]`: entry `[i][j]` counts the clips of class i that were
 * taken for class j.
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
  if (labels.length !== predictions.length || labels.length === 0) {
    throw new RangeError(
      `confusionMatrix: labels and predictions must be as many, and at least 1, ` +
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
 * @throws RangeError if the matrix counts nothing.
 */
export function top1(confusion: readonly (readonly number[])[]): number {
  const total = confusion.reduce((all, row) => all + sum(row), 0);
  if (!(total > 0)) throw new RangeError(`top1: the matrix must count something, got ${total}`);
  return confusion.reduce((right, row, i) => right + (row[i] ?? 0), 0) / total;
}

/**
 * Accuracy within each class: the diagonal over the row sums, fractions in `[0, 1]`, and null for a
 * class that no clip has.
 */
export function perClassAccuracy(confusion: readonly (readonly number[])[]): (number | null)[] {
  return confusion.map((row, i) => {
    const count = sum(row);
    return count === 0 ? null : (row[i] ?? 0) / count;
  });
}

/**
 * Nothing, when every label is a class.
 *
 * @throws RangeError naming the first that is not.
 */
export function checkLabels(
  caller: string,
  what: string,
  labels: Int32Array,
  classes: number,
): void {
  const wrong = labels.findIndex((label) => label < 0 || label >= classes);
  if (wrong >= 0) {
    throw new RangeError(
      `${caller}: ${what} must be in 0..${classes - 1}, got ${labels[wrong]} in row ${wrong}`,
    );
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
