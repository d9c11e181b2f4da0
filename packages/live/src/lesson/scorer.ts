/** Labelled features. */
export interface LabelledFeatures {
  /** N features of unit length. */
  readonly rows: readonly Float64Array[];
  /** The label of each row, from 0. */
  readonly labels: readonly number[];
  /** K, the number of labels. */
  readonly count: number;
}

/** A classifier of features, with its scores for the examples it was made of. */
export interface Scorer {
  /** The score of each label, `[K]`; larger is more similar. */
  readonly scores: (feature: Float64Array) => Float64Array;
  /** For each example the scores `[K]` without it; -Infinity for a label that has no other example. */
  readonly leaveOneOut: readonly Float64Array[];
  /**
   * For each example the largest score of another label, as if its own was never taught; -Infinity if there is no other label.
   */
  readonly otherLabels: readonly number[];
}

/** For each example the largest of its scores for other labels than its own; -Infinity if there is none. */
export function largestOfOthers(
  scores: readonly Float64Array[],
  labels: readonly number[],
): number[] {
  return scores.map((row, i) => Math.max(-Infinity, ...row.filter((_, k) => k !== labels[i])));
}
