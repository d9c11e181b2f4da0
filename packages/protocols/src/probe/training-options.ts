import { expectPositiveIntegers, gotText } from '@halp/random/check';
import type { SelectionRule, Setting } from '../metrics/evaluation.ts';
import { classNames } from '../metrics/evaluation.ts';

/** Options that every protocol which trains a classifier has. */
export interface TrainingOptions {
  /** Names of the classes, or how many there are. */
  readonly classes: number | readonly string[];
  /** Which epoch's accuracy is the result. */
  readonly selectBy: SelectionRule;
  /** Passes over the training set. Default 80. */
  readonly epochs?: number;
  /** Epochs, from 0, at which the rate is divided by 10. Default 50 and 70. */
  readonly milestones?: readonly number[];
  /** Accuracies are measured after every so many epochs, and after the last. Default 5. */
  readonly checkEvery?: number;
  /** Called after every epoch, for progress. */
  readonly onEpoch?: (report: ProbeEpoch) => void;
  /** Ends training by its reason: between epochs, or where an epoch has steps of an encoder, between those. */
  readonly signal?: AbortSignal;
}

/** What one epoch of a classifier's training gave. */
export interface ProbeEpoch {
  /** The epoch, from 0. */
  readonly epoch: number;
  /** Learning rate of the epoch. */
  readonly learningRate: number;
  /** Cross-entropy averaged over the steps of the epoch, nats. */
  readonly loss: number;
  /** Test accuracy after the epoch, a fraction; absent in an epoch without a check. */
  readonly test?: number;
  /** Accuracy on the held-out rows, a fraction; absent without a check or held-out rows. */
  readonly validation?: number;
}

/** Training options with every default filled in. */
export type TrainingSettings = TrainingOptions &
  Required<Pick<TrainingOptions, 'epochs' | 'milestones' | 'checkEvery'>> & {
    /** The public function to name in an error. */
    readonly caller: string;
    /** Names of the classes. */
    readonly names: readonly string[];
    /** Initial learning rate. */
    readonly learningRate: number;
  };

/**
 * The options with every default filled in.
 *
 * @throws RangeError naming the first option that is out of range.
 */
export function trainingSettings<Options extends TrainingOptions>(
  caller: string,
  options: Options & { readonly learningRate: number },
): Options & TrainingSettings {
  const { epochs = 80, milestones = [50, 70], checkEvery = 5, learningRate } = options;
  expectPositiveIntegers(caller, { epochs, checkEvery });
  if (!(learningRate > 0 && Number.isFinite(learningRate))) {
    throw new RangeError(
      `${caller}: expected learningRate to be positive and finite, got ${gotText(learningRate)}`,
    );
  }
  const names = classNames(caller, options.classes);
  return { ...options, epochs, milestones, checkEvery, caller, names };
}

/** What a reader of the result must know of the options. */
export function printedTraining(
  { learningRate, epochs, milestones, checkEvery, selectBy }: TrainingSettings,
  selectedEpoch: number,
): Readonly<Record<string, Setting>> {
  return {
    learningRate,
    epochs,
    milestones,
    momentum: 0.9,
    ...(selectBy === 'last-epoch' ? {} : { checkEvery }),
    selectedEpoch,
  };
}

/** Accuracies of one check, fractions. */
export interface CheckAccuracy {
  /** On the test part. */
  readonly test: number;
  /** On what was held out, if anything was. */
  readonly validation?: number;
}

/** Whether accuracies are measured after an epoch. */
export function isCheck(
  epoch: number,
  { epochs, checkEvery }: Pick<TrainingSettings, 'epochs' | 'checkEvery'>,
): boolean {
  return (epoch + 1) % checkEvery === 0 || epoch + 1 === epochs;
}

/** Whether a check takes the place of the best one so far; of equals the earlier stays. */
export function isBetter(
  check: CheckAccuracy,
  best: CheckAccuracy | undefined,
  selectBy: SelectionRule,
): boolean {
  if (!best) return true;
  switch (selectBy) {
    case 'last-epoch':
      return true;
    case 'best-test-epoch':
      return check.test > best.test;
    case 'validation':
      return (check.validation ?? NaN) > (best.validation ?? NaN);
  }
}

/** Part of the clips whose prediction is their label. */
export function agreement(predictions: Int32Array, labels: Int32Array): number {
  return predictions.filter((prediction, i) => prediction === labels[i]).length / labels.length;
}
