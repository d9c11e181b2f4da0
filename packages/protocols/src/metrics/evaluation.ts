import { expectArray, expectOptions, gotText, type OptionNames } from '@halp/random/check';
import { expectTyped } from '../features/typed.ts';
import type { Interval } from './interval.ts';
import { accuracyInterval } from './interval.ts';
import { confusionMatrix, perClassAccuracy, predictionsOf, top1, topHits } from './metrics.ts';

/** The protocols of this package whose result is an {@link Evaluation}. */
export type ProtocolName = 'knn' | 'linear' | 'fine-tune' | 'semi-supervised';

/**
 * How the reported epoch of a trained classifier was selected.
 *
 * - `last-epoch`: no selection; the accuracy after the last epoch.
 * - `best-test-epoch`: the highest *test* accuracy among the checks. Optimistic, since the test set
 *   selects; the authors of HaLP report it.
 * - `validation`: the check with the highest accuracy on a held-out part of the training set.
 */
export type SelectionRule = 'last-epoch' | 'best-test-epoch' | 'validation';

/** Where the training features of a probe come from. */
export type Crops = 'random-each-epoch' | 'fixed-centre';

/** The value of one setting of an evaluation. */
export type Setting = string | number | boolean | readonly number[];

/**
 * The result of a protocol with everything needed to interpret it, as plain JSON data.
 *
 * @typeParam Protocol - The name of the protocol; a protocol of your own has a name of its own.
 */
export interface Evaluation<Protocol extends string = ProtocolName> {
  /** The protocol. */
  readonly protocol: Protocol;
  /** All settings of the run. */
  readonly settings: Readonly<Record<string, Setting>>;
  /** How the epoch was selected; null for a protocol without training. */
  readonly selection: SelectionRule | null;
  /** Top-1 accuracy on the test part, a fraction in `[0, 1]`. */
  readonly accuracy: number;
  /**
   * 95 % bootstrap interval of the accuracy over the test clips; absent from results saved
   * by versions that did not compute it.
   */
  readonly interval?: Interval | undefined;
  /**
   * Fraction of test clips whose class has one of the five largest scores; null if the scores of the
   * protocol do not rank five classes, or if there are at most five. Absent from older results.
   */
  readonly top5?: number | null;
  /** 95 % bootstrap interval of `top5`; null or absent whenever `top5` is. */
  readonly top5Interval?: Interval | null;
  /** Number of clips of each part. */
  readonly counts: EvaluationCounts;
  /** Names of the classes; their numbers as text if no names were given. */
  readonly classes: readonly string[];
  /** Accuracy within each class, a fraction; null for a class without test clips. */
  readonly perClass: readonly (number | null)[];
  /** `[classes][classes]`, test clips of class i that were predicted as class j. */
  readonly confusion: readonly (readonly number[])[];
}

/** The sizes of the parts that an evaluation used, in clips. */
export interface EvaluationCounts {
  /** Training clips: the gallery of kNN, the training part of a probe. */
  readonly train: number;
  /** Clips held out from training to select the epoch; 0 if none. */
  readonly validation: number;
  /** Test clips. */
  readonly test: number;
  /** Test clips that were predicted correctly. */
  readonly correct: number;
}

/** Input of {@link createEvaluation}. */
export type EvaluationInput<Protocol extends string = ProtocolName> = Pick<
  Evaluation<Protocol>,
  'protocol' | 'settings' | 'selection' | 'classes'
> & {
  /** Number of training and held-out clips. */
  readonly counts: Pick<EvaluationCounts, 'train' | 'validation'>;
  /** `[n]`, true classes of the test clips. */
  readonly labels: Int32Array;
} & Outcome;

/** The outputs of a protocol for the test clips: scores, or predictions if it has no scores. */
export type Outcome =
  | {
      /** `[n]`, predicted classes. */
      readonly predictions: Int32Array;
    }
  | {
      /** `[n, classes]`, row-major; the largest is the prediction. */
      readonly scores: Float32Array;
    };

const optionNames: OptionNames<EvaluationInput> = {
  protocol: true,
  settings: true,
  selection: true,
  classes: true,
  counts: true,
  labels: true,
  predictions: true,
  scores: true,
};

/**
 * An evaluation whose figures are all computed from labels and scores, or labels and predictions.
 *
 * @throws RangeError if there is no clip, sizes disagree, a class is out of range, or a score is NaN.
 */
export function createEvaluation<const Protocol extends string = ProtocolName>(
  input: EvaluationInput<Protocol>,
): Evaluation<Protocol> {
  expectOptions('createEvaluation', input, optionNames);
  expectArray('createEvaluation', 'classes to be a list of names', input.classes);
  expectTyped('createEvaluation', 'labels', input.labels, Int32Array);
  const { protocol, settings, selection, classes, counts, labels } = input;
  const scores = 'scores' in input ? input.scores : undefined;
  const predictions =
    'predictions' in input ? input.predictions : predictionsOf(input.scores, classes.length);
  const confusion = confusionMatrix(labels, predictions, classes.length);
  const correct = confusion.reduce((right, row, i) => right + (row[i] ?? 0), 0);
  const test = labels.length;
  return {
    protocol,
    settings,
    selection,
    accuracy: top1(confusion),
    interval: accuracyInterval(correct, test),
    ...topFive(scores, labels, classes.length),
    counts: { ...counts, test, correct },
    classes,
    perClass: perClassAccuracy(confusion),
    confusion,
  };
}

function topFive(
  scores: Float32Array | undefined,
  labels: Int32Array,
  classes: number,
): Required<Pick<Evaluation, 'top5' | 'top5Interval'>> {
  // With five classes or fewer, top-5 is always 1.
  if (scores === undefined || classes <= 5) return { top5: null, top5Interval: null };
  const hits = topHits(scores, labels, { classes, k: 5 });
  return { top5: hits / labels.length, top5Interval: accuracyInterval(hits, labels.length) };
}

/**
 * The names of the classes: the given ones, or the numbers `0..classes - 1` as text.
 *
 * @throws RangeError if there is no class, or the number is not an integer.
 */
export function classNames(caller: string, classes: number | readonly string[]): readonly string[] {
  const count = Array.isArray(classes) ? classes.length : (classes as number);
  if (!Number.isSafeInteger(count) || count < 1) {
    throw new RangeError(
      `${caller}: expected classes to be at least 1, got ${gotText(count)}; give their number or their names`,
    );
  }
  return typeof classes === 'number' ? Array.from({ length: count }, (_, i) => String(i)) : classes;
}
