import { expectPositiveIntegers, gotText, type OptionNames } from '@halp/random/check';
import type { SelectionRule, Setting } from '../metrics/evaluation.ts';
import { classNames } from '../metrics/evaluation.ts';

/** Options of every protocol that trains a classifier. */
export interface TrainingOptions {
  /** Names of the classes or their number. */
  readonly classes: number | readonly string[];
  /** Which epoch's accuracy is reported. */
  readonly selectBy: SelectionRule;
  /** Number of epochs. Default: 80. */
  readonly epochs?: number;
  /** Epochs, from 0, at which the learning rate is divided by 10. Default: 50, 70. */
  readonly milestones?: readonly number[];
  /** Epochs between two measurements of accuracy; the last epoch is always measured. Default: 5. */
  readonly checkEvery?: number;
  /** Called after every epoch, for progress. */
  readonly onEpoch?: ((report: ProbeEpoch) => void) | undefined;
  /** Aborts training with its reason: between epochs, or between steps if the encoder is trained. */
  readonly signal?: AbortSignal | undefined;
}

/** The names of {@link TrainingOptions}. */
export const trainingOptionNames: OptionNames<TrainingOptions> = {
  classes: true,
  selectBy: true,
  epochs: true,
  milestones: true,
  checkEvery: true,
  onEpoch: true,
  signal: true,
};

/** Report of one epoch of a classifier's training. */
export interface ProbeEpoch {
  /** The epoch, from 0. */
  readonly epoch: number;
  /** Learning rate of the epoch. */
  readonly learningRate: number;
  /** Mean cross-entropy of the steps, in nats. */
  readonly loss: number;
  /** Test accuracy after the epoch, a fraction; absent if the epoch was not measured. */
  readonly test?: number;
  /** Accuracy on the held-out rows, a fraction; absent if not measured or without held-out rows. */
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

/** The options that a result states. */
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
  /** On the held-out clips, if there are any. */
  readonly validation?: number;
}

/** Whether accuracies are measured after an epoch. */
export function isCheck(
  epoch: number,
  { epochs, checkEvery }: Pick<TrainingSettings, 'epochs' | 'checkEvery'>,
): boolean {
  return (epoch + 1) % checkEvery === 0 || epoch + 1 === epochs;
}

/** Whether a check is better than the best one so far; on equal accuracy the earlier one is kept. */
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

/** The fraction of clips that are predicted correctly. */
export function agreement(predictions: Int32Array, labels: Int32Array): number {
  return predictions.filter((prediction, i) => prediction === labels[i]).length / labels.length;
}
