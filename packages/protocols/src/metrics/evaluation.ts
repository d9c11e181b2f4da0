import { expectArray, expectOptions, gotText } from '@halp/random/check';
import { expectTyped } from '../features/typed.ts';
import type { Interval } from './interval.ts';
import { accuracyInterval } from './interval.ts';
import { confusionMatrix, perClassAccuracy, predictionsOf, top1, topHits } from './metrics.ts';

/** The protocols that give an {@link Evaluation}. */
export type ProtocolName = 'knn' | 'linear' | 'fine-tune' | 'semi-supervised';

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
  /**
   * 95 % bootstrap interval of the accuracy over the test clips; absent from results that were saved
   * before there was one.
   */
  readonly interval?: Interval;
  /**
   * Part of the test clips whose class has one of the five largest scores; null where the protocol
   * has no scores that rank five classes, or there are no more than five. May be absent, too.
   */
  readonly top5?: number | null;
  /** 95 % bootstrap interval of `top5`; null and absent as that is. */
  readonly top5Interval?: Interval | null;
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
} & Outcome;

/** What a protocol says of the test clips: scores, or where it has none the predictions alone. */
export type Outcome =
  | {
      /** `[n]`, predicted classes. */
      readonly predictions: Int32Array;
    }
  | {
      /** `[n, classes]`, row-major; the largest is the prediction. */
      readonly scores: Float32Array;
    };

/**
 * An evaluation with every figure counted from labels and from scores or predictions.
 *
 * @throws RangeError if there is no clip, sizes disagree, a class is out of range, or a score is NaN.
 */
export function createEvaluation(input: EvaluationInput): Evaluation {
  expectOptions('createEvaluation', input);
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
  // Of five classes everything is among the first five.
  if (scores === undefined || classes <= 5) return { top5: null, top5Interval: null };
  const hits = topHits(scores, labels, { classes, k: 5 });
  return { top5: hits / labels.length, top5Interval: accuracyInterval(hits, labels.length) };
}

/**
 * The names of the classes: those given, or the numbers `0..classes - 1` as text.
 *
 * @throws RangeError if there is no class, or the number is not a whole one.
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
