import { classNames } from './evaluation.ts';
import type { Crops, SelectionRule, Setting } from './evaluation.ts';
import type { LinearWeights } from './softmax-regression.ts';

/** Options of {@link linearProbe}. */
export interface LinearProbeOptions {
  /** Names of the classes, or how many there are. */
  readonly classes: number | readonly string[];
  /**
   * Where the training features come from. `random-each-epoch`: from a new random crop of every clip
   * in every epoch, so the training set is a function of the epoch. `fixed-centre`: from one centre
   * crop of every clip, so it is one set. These are two protocols with different results.
   */
  readonly crops: Crops;
  /** Which epoch's accuracy is the result. */
  readonly selectBy: SelectionRule;
  /** Initial learning rate; the authors use 0.005 (NTU RGB+D) and 0.001 (PKU-MMD). */
  readonly learningRate: number;
  /** Passes over the training set. Default 80. */
  readonly epochs?: number;
  /** Epochs, from 0, at which the rate is divided by 10. Default 50 and 70. */
  readonly milestones?: readonly number[];
  /** Rows in a step; the last step of an epoch takes what remains. Default 64. */
  readonly batchSize?: number;
  /** Accuracies are measured after every so many epochs, and after the last. Default 5. */
  readonly checkEvery?: number;
  /** Part of the training rows held out when `selectBy` is `validation`, in (0, 1). Default 0.2. */
  readonly validationFraction?: number;
  /** `[n]`, the subject of each training row: `validation` then holds out whole subjects. */
  readonly subjects?: Int32Array;
  /** Whether rows are shuffled anew for each epoch (default) or taken in their order. */
  readonly shuffle?: boolean;
  /** Weights to start from instead of random ones. */
  readonly initial?: LinearWeights;
  /** Called after every epoch, for progress. */
  readonly onEpoch?: (report: ProbeEpoch) => void;
}

/** What one epoch of a probe gave. */
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

/** Options with every default filled in. */
export type ProbeSettings = LinearProbeOptions &
  Required<
    Pick<
      LinearProbeOptions,
      'epochs' | 'milestones' | 'batchSize' | 'checkEvery' | 'validationFraction' | 'shuffle'
    >
  > & {
    /** Names of the classes. */
    readonly names: readonly string[];
  };

/**
 * The options with every default filled in.
 *
 * @throws RangeError naming the first option that is out of range.
 */
export function probeSettings(options: LinearProbeOptions): ProbeSettings {
  const {
    epochs = 80,
    milestones = [50, 70],
    batchSize = 64,
    checkEvery = 5,
    validationFraction = 0.2,
    shuffle = true,
    learningRate,
  } = options;
  for (const [name, value] of Object.entries({ epochs, batchSize, checkEvery })) {
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new RangeError(`linearProbe: ${name} must be a whole number from 1, got ${value}`);
    }
  }
  if (!(learningRate > 0 && Number.isFinite(learningRate))) {
    throw new RangeError(
      `linearProbe: learningRate must be positive and finite, got ${learningRate}`,
    );
  }
  const names = classNames('linearProbe', options.classes);
  const defaults = { epochs, milestones, batchSize, checkEvery, validationFraction, shuffle };
  return { ...options, ...defaults, names };
}

/** What a reader of the result must know of the options. */
export function printedSettings(
  settings: ProbeSettings,
  selectedEpoch: number,
): Readonly<Record<string, Setting>> {
  const { crops, selectBy, learningRate, epochs, milestones, batchSize, checkEvery } = settings;
  const heldOut = {
    validationFraction: settings.validationFraction,
    heldOut: settings.subjects ? 'subjects' : 'clips',
  };
  return {
    crops,
    learningRate,
    epochs,
    milestones,
    batchSize,
    momentum: 0.9,
    weightDecay: 0,
    ...(selectBy === 'last-epoch' ? {} : { checkEvery }),
    ...(selectBy === 'validation' ? heldOut : {}),
    selectedEpoch,
  };
}
