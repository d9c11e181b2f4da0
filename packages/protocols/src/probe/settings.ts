import { expectPositiveIntegers, gotText, type OptionNames } from '@halp/random/check';
import type { Crops, Setting } from '../metrics/evaluation.ts';
import type { LinearWeights } from './softmax-regression.ts';
import type { TrainingOptions, TrainingSettings } from './training-options.ts';
import { printedTraining, trainingOptionNames, trainingSettings } from './training-options.ts';

/** Options of every linear probe. */
export interface ProbeOptions extends TrainingOptions {
  /**
   * Which crops the training features come from. `random-each-epoch`: a new random crop of every clip in
   * every epoch; the training set is a function of the epoch. `fixed-centre`: one centre crop of every
   * clip; the training set is fixed. The two protocols have different results.
   */
  readonly crops: Crops;
  /** Initial learning rate; the authors use 0.005 (NTU RGB+D) and 0.001 (PKU-MMD). */
  readonly learningRate: number;
  /** Rows in a step; the last step of an epoch takes the rest. Default: 64. */
  readonly batchSize?: number;
  /** Fraction of the training rows held out if `selectBy` is `validation`, in (0, 1). Default: 0.2. */
  readonly validationFraction?: number;
  /** `[n]`, the subject of each training row; `validation` then holds out whole subjects. */
  readonly subjects?: Int32Array | undefined;
  /** Whether rows are shuffled in each epoch. Default: true. */
  readonly shuffle?: boolean;
}

/** The names of {@link ProbeOptions}. */
export const probeOptionNames: OptionNames<ProbeOptions> = {
  crops: true,
  learningRate: true,
  batchSize: true,
  validationFraction: true,
  subjects: true,
  shuffle: true,
  ...trainingOptionNames,
};

/** Options of {@link linearProbe}. */
export interface LinearProbeOptions extends ProbeOptions {
  /** Initial weights. Default: random. */
  readonly initial?: LinearWeights;
}

/** Options with every default filled in. */
export type ProbeSettings = ProbeOptions &
  TrainingSettings &
  Required<Pick<ProbeOptions, 'batchSize' | 'validationFraction' | 'shuffle'>>;

/**
 * The options with every default filled in.
 *
 * @param caller - the public function to name in an error.
 * @throws RangeError naming the first option that is out of range.
 */
export function probeSettings(caller: string, options: ProbeOptions): ProbeSettings {
  const { batchSize = 64, validationFraction = 0.2, shuffle = true } = options;
  expectPositiveIntegers(caller, { batchSize });
  if (!(Number.isFinite(validationFraction) && validationFraction > 0 && validationFraction < 1)) {
    throw new RangeError(
      `${caller}: expected validationFraction to be in (0, 1), got ${gotText(validationFraction)}`,
    );
  }
  return {
    ...trainingSettings(caller, options),
    ...{ batchSize, validationFraction, shuffle },
  };
}

/** The options that a result states. */
export function printedSettings(
  settings: ProbeSettings,
  selectedEpoch: number,
): Readonly<Record<string, Setting>> {
  const { crops, selectBy, batchSize } = settings;
  const heldOut = {
    validationFraction: settings.validationFraction,
    heldOut: settings.subjects ? 'subjects' : 'clips',
  };
  return {
    crops,
    ...printedTraining(settings, selectedEpoch),
    batchSize,
    weightDecay: 0,
    ...(selectBy === 'validation' ? heldOut : {}),
  };
}
