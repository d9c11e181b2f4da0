import { confusionMatrix, perClassAccuracy, top1 } from './metrics.ts';

/** The protocols that this package knows. */
export type ProtocolName = 'knn' | 'linear';

/**
 * By what the reported epoch of a trained classifier was chosen.
 *
 * - `last-epoch`: not chosen; the accuracy after the last epoch.
 * - `best-test-epoch`: the highest *test* accuracy among the checks. Optimistic, since the test set
 *   does the choosing; it is what the authors of HaLP report.
 * - `validation`: the check with the highest accuracy on a held-out part of the training set.
 */
export type SelectionRule = 'last-epoch' | 'best-test-epoch' | 'validation';

/** Where the training features of a probe come from. */
export type Crops = 'random-each-epoch' | 'fixed-centre';

/** The value of one setting of an evaluation. */
export type Setting = string | number | boolean | readonly number[];

/** The result of a protocol, complete enough to be read on its own; survives `JSON.stringify`. */
export interface Evaluation {
  /** Which protocol gave it. */
  readonly protocol: ProtocolName;
  /** Everything that it was run with. */
  readonly settings: Readonly<Record<string, Setting>>;
  /** How the epoch was selected; null for a protocol that trains nothing. */
  readonly selection: SelectionRule | null;
  /** Top-1 accuracy on the test part, a fraction in `[0, 1]`. */
  readonly accuracy: number;
  /** How many clips each part had. */
  readonly counts: EvaluationCounts;
  /** Names of the classes; their numbers as text where no names were given. */
  readonly classes: readonly string[];
  /** Accuracy within each class, a fraction; null for a class without test clips. */
  readonly perClass: readonly (number | null)[];
  /** `[classes][classes]`, test clips of class i that were taken for class j. */
  readonly confusion: readonly (readonly number[])[];
}

/** The sizes of the parts that an evaluation used, in clips. */
export interface EvaluationCounts {
  /** Clips that were learnt from: the gallery of kNN, the training clips of a probe. */
  readonly train: number;
  /** Clips held out from training to choose an epoch; 0 where none were. */
  readonly validation: number;
  /** Clips that the accuracy counts. */
  readonly test: number;
  /** Test clips that were recognised. */
  readonly correct: number;
}

/** What {@link createEvaluation} needs. */
export type EvaluationInput = Pick<
  Evaluation,
  'protocol' | 'settings' | 'selection' | 'classes'
> & {
  /** How many clips were learnt from and held out. */
  readonly counts: Pick<EvaluationCounts, 'train' | 'validation'>;
  /** `[n]`, true classes of the test clips. */
  readonly labels: Int32Array;
  /** `[n]`, predicted ones. */
  readonly predictions: Int32Array;
};

/** An evaluation with every figure counted from labels and predictions. */
export function createEvaluation(input: EvaluationInput): Evaluation {
  const { protocol, settings, selection, classes, counts, labels, predictions } = input;
  const confusion = confusionMatrix(labels, predictions, classes.length);
  const correct = confusion.reduce((right, row, i) => right + (row[i] ?? 0), 0);
  return {
    protocol,
    settings,
    selection,
    accuracy: top1(confusion),
    counts: { ...counts, test: labels.length, correct },
    classes,
    perClass: perClassAccuracy(confusion),
    confusion,
  };
}

/**
 * The names of the classes: those given, or the numbers `0..classes - 1` as text.
 *
 * @throws RangeError if there is no class, or the number is not a whole one.
 */
export function classNames(caller: string, classes: number | readonly string[]): readonly string[] {
  const count = typeof classes === 'number' ? classes : classes.length;
  if (!Number.isSafeInteger(count) || count < 1) {
    throw new RangeError(`${caller}: classes must be at least 1, got ${count}`);
  }
  return typeof classes === 'number' ? Array.from({ length: count }, (_, i) => String(i)) : classes;
}
